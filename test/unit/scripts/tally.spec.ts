import { failuresOf, summaryLine, tallyOf } from "../../../scripts/test/tally.mjs";

const green = {
  numTotalTests: 12,
  numPassedTests: 12,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
};
const all = { exitCode: 0, chosen: false };

describe("the tally of a test run", () => {
  it("prints its last line as agreed", () => {
    expect(summaryLine({ passed: 12, failed: 1 })).toBe("12 passed, 1 failed");
  });

  it("counts what passed", () => {
    expect(tallyOf(green, all)).toEqual({ passed: 12, failed: 0, remarks: [] });
  });

  it.each([
    ["a failed test", { ...green, numPassedTests: 11, numFailedTests: 1 }, { exitCode: 1, chosen: false }, 11, 1],
    ["a suite that could not run", { ...green, numRuntimeErrorTestSuites: 2 }, { exitCode: 1, chosen: false }, 12, 2],
    ["a skipped test", { ...green, numPassedTests: 11, numPendingTests: 1 }, all, 11, 1],
    ["a test that is only planned", { ...green, numPassedTests: 11, numTodoTests: 1 }, all, 11, 1],
    ["a run without tests", { ...green, numTotalTests: 0, numPassedTests: 0 }, all, 0, 1],
    ["an interrupted run", { ...green, wasInterrupted: true }, all, 12, 1],
    ["an exit code that the tests do not explain", green, { exitCode: 1, chosen: false }, 12, 1],
    ["a Jest that was killed", green, { exitCode: null, chosen: false }, 12, 1],
    ["no report at all", null, { exitCode: 0, chosen: false }, 0, 1],
  ])("counts %s as a failure", (_case, report, run, passed, failed) => {
    expect(tallyOf(report, run)).toMatchObject({ passed, failed });
  });

  it("lets the user choose some tests", () => {
    const report = { ...green, numPassedTests: 2, numPendingTests: 10 };
    expect(tallyOf(report, { exitCode: 0, chosen: true })).toMatchObject({ passed: 2, failed: 0 });
  });

  it("ends with the failed tests, what they said and where", () => {
    const name = "/fleet/test/unit/one.spec.ts";
    const message = `\u001B[31mexpected 1\u001B[39m\n\nto be 2\n    at expect (/fleet/node_modules/jest/x.js:1:1)\n    at ${name}:3:4`;
    const testResults = [
      {
        name,
        status: "failed",
        message: "all of it",
        assertionResults: [
          { fullName: "one counts", status: "passed" },
          { fullName: "one adds", status: "failed", failureMessages: [message] },
        ],
      },
      {
        name: "/fleet/test/unit/two.spec.ts",
        status: "failed",
        message: "Cannot find module\nnor another",
        assertionResults: [],
      },
      {
        name: "/fleet/test/unit/three.spec.ts",
        status: "failed",
        message: "afterAll threw",
        assertionResults: [{ fullName: "three counts", status: "passed" }],
      },
      { name: "/fleet/test/unit/four.spec.ts", status: "passed", message: "", assertionResults: [] },
    ];
    expect(failuresOf({ ...green, testResults }, "/fleet")).toEqual([
      `test/unit/one.spec.ts: one adds\n    expected 1\n    to be 2\n    at ${name}:3:4`,
      "test/unit/two.spec.ts\n    Cannot find module\n    nor another",
      "test/unit/three.spec.ts\n    afterAll threw",
    ]);
    expect(failuresOf(null, "/fleet")).toEqual([]);
  });
});
