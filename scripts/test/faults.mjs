import { parseArgs } from "node:util";
import { test } from "./test.mjs";

const USAGE = `npm run test:faults -- [--only <row>[,<row>]] [--data sqlite|postgresql] [--proxy haproxy|nginx]
Rows have the names that the files test/faults/*-scenarios.ts give them; without --only all of them run.`;
const LIMIT_MINUTES = 60;

/**
 * Runs the fault suite; Jest's exit code tells whether every bound held.
 *
 * @param {readonly string[]} args
 */
export async function faults(args) {
  const options = readOptions(args);
  if (options === null) return;
  process.env.FAULTS = "all";
  for (const [name, value] of Object.entries(options)) process.env[`FAULTS_${name.toUpperCase()}`] = value;
  // In one process, so that the rows are seen as they end.
  await test(["--runInBand", "--testPathPatterns", "test/faults/"], { limitMinutes: LIMIT_MINUTES });
}

/**
 * @param {readonly string[]} args
 * @returns {{ only?: string | undefined, data?: string | undefined, proxy?: string | undefined } | null}
 */
function readOptions(args) {
  try {
    const text = /** @type {const} */ ({ type: "string" });
    return parseArgs({ args: [...args], options: { only: text, data: text, proxy: text } }).values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exitCode = 1;
    return null;
  }
}
