import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { signalGroup, startChild } from "../setup/child-processes.mjs";
import { serverPath } from "./servers.mjs";
import { failuresOf, tallyOf } from "./tally.mjs";

// Jest runs ES modules only with the first flag, and Node.js warns about it in every worker.
const NODE_FLAGS = ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning"];
// Jest says after one second what it suspects; this leaves it time to be read, and a busy machine time to exit.
const EXIT_GRACE_MS = 30_000;
const POLL_MS = 500;

/**
 * Runs the tests with Jest's own output on the terminal.
 *
 * @param {string} root the checkout
 * @param {readonly string[]} args for Jest
 * @param {boolean} chosen whether the user asked for some tests only; skipped ones are then what they wanted
 * @returns {Promise<import("./tally.mjs").Tally & { failures: string[] }>} failures: the failed tests and what they said
 */
export async function runJest(root, args, chosen) {
  const folder = mkdtempSync(path.join(tmpdir(), "fleet-jest-"));
  const reportFile = path.join(folder, "report.json");
  const jest = path.join(root, "node_modules/jest/bin/jest.js");
  const child = startChild(process.execPath, [...NODE_FLAGS, jest, "--json", `--outputFile=${reportFile}`, ...args], {
    cwd: root,
    env: { ...process.env, PATH: serverPath() },
    stdio: ["ignore", "inherit", "inherit"],
  });
  let hung = false;
  let reportSeenAt = 0;
  const watch = setInterval(() => {
    if (!existsSync(reportFile)) return;
    reportSeenAt ||= Date.now();
    if (hung || Date.now() - reportSeenAt < EXIT_GRACE_MS) return;
    hung = true;
    signalGroup(child, "SIGKILL");
  }, POLL_MS);
  /** @type {number | null} */
  const exitCode = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  clearInterval(watch);
  const left = signalGroup(child, "SIGKILL");
  const report = readReport(reportFile);
  const { remarks, ...tally } = tallyOf(report, { exitCode: hung ? 0 : exitCode, chosen });
  rmSync(folder, { recursive: true, force: true });
  if (hung) {
    tally.failed += 1;
    remarks.push(
      "The tests ended, but Jest did not: something is still open. Look with: npm test -- --detectOpenHandles",
    );
  } else if (left) {
    tally.failed += 1;
    remarks.push("The tests left processes running; they were ended.");
  }
  for (const remark of remarks) process.stdout.write(`${remark}\n`);
  return { ...tally, failures: failuresOf(report, root) };
}

/**
 * @param {string} file
 * @returns {import("./tally.mjs").JestReport | null}
 */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}
