import path from "node:path";
import { stripVTControlCharacters } from "node:util";

/**
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed
 *
 * The parts of Jest's --json report that are counted.
 * @typedef {object} JestReport
 * @property {number} numTotalTests
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests
 * @property {number} numTodoTests
 * @property {number} numRuntimeErrorTestSuites
 * @property {boolean} [wasInterrupted]
 * @property {readonly JestFile[]} [testResults]
 *
 * @typedef {object} JestFile
 * @property {string} name the file's absolute path
 * @property {string} status
 * @property {string} message what Jest printed of the failures
 * @property {readonly { fullName: string, status: string, failureMessages?: readonly string[] }[]} assertionResults
 */

const SAID_LINES = 8;

/**
 * The last line of a run.
 *
 * @param {Tally} tally
 */
export function summaryLine({ passed, failed }) {
  return `${passed} passed, ${failed} failed`;
}

/**
 * What Jest's report comes to. A suite that could not run counts as one failure, and so do skipped tests unless the user
 * chose some of them: a test that does not run protects nothing.
 *
 * @param {JestReport | null} report null when Jest wrote none
 * @param {{ exitCode: number | null, chosen: boolean }} run how Jest ended; whether only some tests were asked for
 * @returns {Tally & { remarks: string[] }} remarks: failures that Jest itself does not show
 */
export function tallyOf(report, { exitCode, chosen }) {
  if (report === null) return { passed: 0, failed: 1, remarks: ["Jest ended without a report."] };
  const remarks = [];
  const skipped = report.numPendingTests + report.numTodoTests;
  let failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  if (skipped > 0 && !chosen) {
    failed += skipped;
    remarks.push(`${skipped} tests were skipped; they count as failed.`);
  }
  if (report.numTotalTests === 0 && failed === 0) {
    failed = 1;
    remarks.push("No test was run.");
  }
  if (report.wasInterrupted === true && failed === 0) {
    failed = 1;
    remarks.push("Jest was interrupted.");
  }
  if (exitCode !== 0 && failed === 0) {
    failed = 1;
    remarks.push(`All tests passed, but Jest ended with exit code ${exitCode}.`);
  }
  return { passed: report.numPassedTests, failed, remarks };
}

/**
 * The failed tests, each with what it said first and its place in the file: a long run ends with what to look at.
 *
 * @param {JestReport | null} report
 * @param {string} root the checkout
 * @returns {string[]} a text of several lines each
 */
export function failuresOf(report, root) {
  return (report?.testResults ?? []).flatMap(({ name, status: outcome, message, assertionResults }) => {
    const file = path.relative(root, name);
    const failed = assertionResults.filter(({ status }) => status === "failed");
    if (failed.length > 0) {
      return failed.map(
        ({ fullName, failureMessages = [] }) => `${file}: ${fullName}\n${said(failureMessages[0], name)}`,
      );
    }
    // It could not run, or could not be ended.
    return outcome === "failed" ? [`${file}\n${said(message, name)}`] : [];
  });
}

/**
 * @param {string | undefined} message
 * @param {string} file
 */
function said(message = "", file) {
  const lines = stripVTControlCharacters(message)
    .split("\n")
    .filter((line) => line.trim() !== "");
  const stackAt = lines.findIndex((line) => /^\s+at /.test(line));
  const words = lines.slice(0, stackAt < 0 ? SAID_LINES : Math.min(stackAt, SAID_LINES));
  const place = lines.find((line) => /^\s+at /.test(line) && line.includes(file));
  return [...words, ...(place === undefined ? [] : [place.trim()])].map((line) => `    ${line}`).join("\n");
}
