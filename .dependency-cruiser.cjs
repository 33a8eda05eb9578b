// The floors of the house, ground first: a module imports only from floors below it or from its own folder.
const floors = [
  ["common", "crypto"],
  ["config"],
  ["lifecycle", "monitoring"],
  ["database", "redis"],
  ["events"],
  ["cluster", "sessions"],
  ["auth"],
  ["fleet"],
  ["alerts"],
  ["stream"],
  ["health", "dashboard", "doctor", "openapi"],
  ["cli"],
];

const upward = floors.flatMap((floor, level) =>
  floor.map((folder) => {
    const reachable = [folder, ...floors.slice(0, level).flat()];
    return {
      name: `floor-of-${folder}`,
      comment: `src/${folder} may import only from the floors below it`,
      severity: "error",
      from: { path: `^src/${folder}/` },
      to: { path: "^src/", pathNot: `^src/(${reachable.join("|")})/` },
    };
  }),
);

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    ...upward,
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    { name: "no-unresolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
    {
      name: "crypto-is-pure",
      comment: "no Nest in src/crypto outside the module file",
      severity: "error",
      from: { path: "^src/crypto/", pathNot: "\\.module\\.ts$" },
      to: { path: "@nestjs/" },
    },
    {
      name: "agent-stands-alone",
      severity: "error",
      from: { path: "^agent/src/" },
      to: { path: "^src/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
