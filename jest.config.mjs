const swc = {
  jsc: {
    target: "es2022",
    parser: { syntax: "typescript", decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
  },
  module: { type: "es6" },
};

/** @type {import("jest").Config} */
export default {
  testEnvironment: "node",
  extensionsToTreatAsEsm: [".ts"],
  testMatch: ["<rootDir>/test/**/*.spec.ts"],
  transform: { "^.+\\.ts$": ["@swc/jest", swc] },
  resolver: "<rootDir>/test/support/built-source-resolver.cjs",
  // Many tests start real processes, on whatever the machine has left to give.
  testTimeout: 300_000,
  testSequencer: "<rootDir>/test/support/sequencer.mjs",
  maxWorkers: 4,
};
