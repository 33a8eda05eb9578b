import { type Check, type Finding, NotExaminedError, failure, ok, warning } from "../../../src/doctor/check.js";
import { documentOf, lineOf, worstOf } from "../../../src/doctor/report.js";
import { type CheckResult, runChecks } from "../../../src/doctor/run-checks.js";

const fault = { what: "it is broken", fix: "mend it" };

function check(name: string, needs: readonly string[], find: () => readonly Finding[]): Check {
  return {
    name,
    needs,
    run: async () => {
      await Promise.resolve();
      return find();
    },
  };
}

async function resultsOf(...checks: Check[]): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for await (const result of runChecks(checks)) results.push(result);
  return results;
}

describe("the doctor's checks", () => {
  it("run one after the other, each with as many findings as it has", async () => {
    const results = await resultsOf(
      check("none", [], () => []),
      check("two", [], () => [ok("one"), warning(fault)]),
      check("after", ["none", "two"], () => [ok("looked")]),
    );
    expect(results.map(lineOf)).toEqual([
      "ok       two: one",
      "warning  two: it is broken. Fix: mend it",
      "ok       after: looked",
    ]);
  });

  it("are told as not examined, with the fault that all began with, where they need one that failed", async () => {
    let looked = 0;
    const look = () => [ok(`looked ${++looked}`)];
    const results = await resultsOf(
      check("first", [], () => [ok("partly"), failure(fault)]),
      check("second", ["first"], look),
      check("third", ["second"], look),
      check("other", [], look),
    );
    expect(results.slice(2).map(lineOf)).toEqual([
      "warning  second: not examined: first stands in the way. Fix: mend first, then look again",
      "warning  third: not examined: first stands in the way. Fix: mend first, then look again",
      "ok       other: looked 1",
    ]);
  });

  it("keep no other from running where one throws", async () => {
    const throwing = (error: Error) => () => {
      throw error;
    };
    const results = await resultsOf(
      check("unforeseen", [], throwing(new Error("a surprise"))),
      check("blind", [], throwing(new NotExaminedError({ what: "it is locked", fix: "wait" }))),
      check("needs blind", ["blind"], () => [ok("never")]),
      check("last", [], () => [ok("looked")]),
    );
    expect(results.map(({ name, status, summary }) => [name, status, summary])).toEqual([
      ["unforeseen", "failure", "could not be examined: a surprise"],
      ["blind", "warning", "not examined: it is locked"],
      ["needs blind", "warning", "not examined: blind stands in the way"],
      ["last", "ok", "looked"],
    ]);
    expect(worstOf(results)).toBe("failure");
  });
});

describe("the doctor's report", () => {
  it("is as good as the worst of its findings", () => {
    const results = [ok("fine"), warning(fault)].map((finding) => ({ name: "a", ...finding }));
    expect([worstOf([]), worstOf(results.slice(0, 1)), worstOf(results)]).toEqual(["ok", "ok", "warning"]);
    expect(JSON.parse(documentOf(results))).toEqual({
      status: "warning",
      checks: [
        { name: "a", status: "ok", summary: "fine" },
        { name: "a", status: "warning", summary: "it is broken", fix: "mend it" },
      ],
    });
  });

  it("has one line for each finding, whatever others said in it", () => {
    const finding = failure({ what: "first line\n  second line", fix: "mend it" });
    expect(lineOf({ name: "a", ...finding })).toBe("failure  a: first line second line. Fix: mend it");
  });
});
