import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { SETUP_STEPS, setUp } from "../setup.mjs";
import { signalAllChildren } from "../setup/child-processes.mjs";
import { whenNpmIsGone } from "../setup/parent-watch.mjs";
import { Progress } from "../setup/progress.mjs";
import { SetupError } from "../setup/setup-error.mjs";
import { checks, runChecks } from "./checks.mjs";
import { runJest } from "./jest.mjs";
import { provideServers } from "./provide-servers.mjs";
import { missingServers, serverPath } from "./servers.mjs";
import { summaryLine } from "./tally.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const LIMIT_MINUTES = 40;
// The faults alone: they measure times, on whatever the machine has left to give.
const FAULTS = "test/faults/";
const runs = [
  ["--testPathIgnorePatterns", "/node_modules/", FAULTS],
  ["--testPathPatterns", FAULTS],
];
// Tests start programs that start others; these are ended by the first when they are asked politely.
const KILL_AFTER_MS = 3000;

/**
 * `npm test`: sets up, checks, tests. The last line of the output is `N passed, N failed`.
 *
 * @param {readonly string[]} args for Jest; with any, only the tests run
 * @param {{ limitMinutes?: number }} [options] after which time to give up
 */
export async function test(args, { limitMinutes = LIMIT_MINUTES } = {}) {
  const tally = { passed: 0, failed: 0 };
  const add = (/** @type {import("./tally.mjs").Tally} */ { passed, failed }) => {
    tally.passed += passed;
    tally.failed += failed;
  };
  let ended = false;
  const giveUp = async (/** @type {string} */ reason) => {
    if (ended) return;
    ended = true;
    signalAllChildren("SIGTERM");
    await sleep(KILL_AFTER_MS);
    signalAllChildren("SIGKILL");
    finish(reason, { ...tally, failed: tally.failed + 1 });
    process.exit();
  };
  const limit = setTimeout(() => giveUp(`Given up after ${limitMinutes} minutes.`), limitMinutes * 60_000);
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => giveUp(`Stopped by ${signal}.`));
  whenNpmIsGone(() => giveUp("npm was stopped."));
  try {
    const progress = new Progress(SETUP_STEPS + 1 + (args.length > 0 ? 0 : checks.length) + 1);
    await setUp(root, progress, async () => {
      if (args.length === 0) add(await runChecks(root, progress));
    });
    await provideServers(root, progress, missingServers(serverPath()));
    progress.say("Tests");
    const chosen = args.length > 0;
    const failures = [];
    for (const run of chosen ? [args] : runs) {
      const result = await runJest(root, run, chosen);
      add(result);
      failures.push(...result.failures);
    }
    if (failures.length > 0) process.stdout.write(`\nFailed:\n\n${failures.join("\n\n")}\n\n`);
    if (!ended) finish("", tally);
  } catch (error) {
    if (ended) return;
    const message = error instanceof SetupError ? error.message : error instanceof Error ? error.stack : String(error);
    finish(`\n${message}`, { ...tally, failed: tally.failed + 1 });
  }
  ended = true;
  clearTimeout(limit);
}

/**
 * @param {string} reason
 * @param {import("./tally.mjs").Tally} tally
 */
function finish(reason, tally) {
  if (reason !== "") process.stdout.write(`${reason}\n`);
  process.stdout.write(`${summaryLine(tally)}\n`);
  process.exitCode = tally.failed === 0 && tally.passed > 0 ? 0 : 1;
}
