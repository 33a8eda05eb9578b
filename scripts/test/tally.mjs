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
 */

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
