import { performance } from "node:perf_hooks";
import path from "node:path";
import { startChild } from "../setup/child-processes.mjs";
import { secondsSince } from "../setup/elapsed.mjs";

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {readonly string[]} command a script of node_modules and its arguments
 */

/** What is checked besides the tests, the slowest first. @type {readonly Check[]} */
export const checks = [
  { name: "lint", command: ["eslint/bin/eslint.js", "."] },
  { name: "types", command: ["typescript/bin/tsc", "--noEmit", "-p", "tsconfig.json"] },
  { name: "script types", command: ["typescript/bin/tsc", "-p", "scripts/tsconfig.json"] },
  { name: "web UI types", command: ["typescript/bin/tsc", "-p", "dashboard/tsconfig.json"] },
  {
    name: "API types",
    command: [
      "openapi-typescript/bin/cli.js",
      "docs/openapi.json",
      "--output",
      "dashboard/src/api/schema.d.ts",
      "--check",
    ],
  },
  { name: "dead code", command: ["knip/bin/knip.js"] },
  { name: "format", command: ["prettier/bin/prettier.cjs", "--check", "."] },
  {
    name: "import floors",
    command: [
      "dependency-cruiser/bin/dependency-cruise.mjs",
      "src",
      "agent/src",
      "--config",
      ".dependency-cruiser.cjs",
    ],
  },
];

const AT_ONCE = 2;

/**
 * Runs every check, two at a time, and prints the output of those that fail.
 *
 * @param {string} root the checkout
 * @param {import("../setup/progress.mjs").Progress} progress
 * @returns {Promise<import("./tally.mjs").Tally>}
 */
export async function runChecks(root, progress) {
  const waiting = [...checks];
  const tally = { passed: 0, failed: 0 };
  const work = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const startedAt = performance.now();
      const { passed, output } = await runCheck(root, check);
      tally[passed ? "passed" : "failed"] += 1;
      progress.say(`${check.name}: ${passed ? "passed" : "FAILED"} in ${secondsSince(startedAt)}`);
      if (!passed) process.stdout.write(`${output.trimEnd()}\n`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return tally;
}

/**
 * @param {string} root
 * @param {Check} check
 * @returns {Promise<{ passed: boolean, output: string }>}
 */
function runCheck(root, { command: [script = "", ...args] }) {
  const child = startChild(process.execPath, [path.join(root, "node_modules", script), ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", (text) => (output += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ passed: code === 0, output }));
  });
}
