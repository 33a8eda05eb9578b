import { type Check, type Finding, NotExaminedError, failure, ok, warning } from "../../../src/doctor/check.js";
import { documentOf, lineOf, worstOf } from "../../../src/doctor/report.js";
import { type CheckResult, runChecks } from "../../../src/doctor/run-checks.js";

const check = (name: string, run: () => readonly Finding[], needs: readonly string[] = []): Check => ({
  name,
  needs,
  run: () => Promise.resolve().then(run),
});

async function resultsOf(...checks: Check[]): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for await (const result of runChecks(checks)) results.push(result);
  return results;
}

const fault = { what: "it is wrong", fix: "mend it" };

describe("runChecks", () => {
  it("does not look where an earlier check failed, nor where that could not look, and says so", async () => {
    const looked: string[] = [];
    const noting = (name: string, needs: string[]) =>
      check(
        name,
        () => {
          looked.push(name);
          return [ok("fine")];
        },
        needs,
      );
    const results = await resultsOf(
      check("a", () => [failure(fault)]),
      noting("b", ["a"]),
      noting("c", ["b"]),
      noting("d", []),
    );
    expect(looked).toEqual(["d"]);
    expect(results.map(({ name, status, summary }) => [name, status, summary])).toEqual([
      ["a", "failure", "it is wrong"],
      ["b", "warning", "not examined: a comes first"],
      ["c", "warning", "not examined: b comes first"],
      ["d", "ok", "fine"],
    ]);
  });

  it("goes on behind a warning, and behind a check that has nothing to say", async () => {
    const results = await resultsOf(
      check("a", () => [warning(fault)]),
      check("b", () => [], ["a"]),
      check("c", () => [ok("fine")], ["a", "b"]),
    );
    expect(results.map(({ name, status }) => [name, status])).toEqual([
      ["a", "warning"],
      ["c", "ok"],
    ]);
  });

  it("tells apart what could not be looked at from what broke while it was", async () => {
    const results = await resultsOf(
      check("a", () => {
        throw new NotExaminedError({ what: "it is locked", fix: "wait" });
      }),
      check("b", () => {
        throw new Error("the disk is gone");
      }),
    );
    expect(results).toEqual([
      { name: "a", status: "warning", summary: "not examined: it is locked", fix: "wait" },
      expect.objectContaining({ name: "b", status: "failure", summary: "could not be examined: the disk is gone" }),
    ]);
  });
});

describe("the report", () => {
  const good = { name: "a", status: "ok", summary: "fine" } as const;
  const odd = { name: "b", status: "warning", summary: "two\nlines", fix: "mend it" } as const;
  const bad = { name: "c", status: "failure", summary: "wrong", fix: "mend it" } as const;

  it.each([
    [[], "ok"],
    [[good], "ok"],
    [[odd, good], "warning"],
    [[odd, bad, good], "failure"],
  ] as const)("is as bad as the worst of %j", (results, worst) => {
    expect(worstOf(results)).toBe(worst);
    expect(JSON.parse(documentOf(results))).toEqual({ status: worst, checks: results });
  });

  it("has one line for each, with the fix at its end", () => {
    expect(lineOf(good)).toBe("ok       a: fine");
    expect(lineOf(odd)).toBe("warning  b: two lines. Fix: mend it");
  });
});
