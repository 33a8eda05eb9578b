import { type AnswerParts, type Attempt, type Outcome, outcomeOf } from "../../faults/attempt.js";
import { compareReports } from "../../faults/compare-reports.js";
import { timesOf } from "../../faults/probe-times.js";
import { rowOf } from "../../faults/row.js";

describe("what a client makes of an answer", () => {
  const page = '<!doctype html>\n<html lang="en"><body><div id="root"></div></body></html>';
  const json = '{"error":"The session store cannot be reached.","code":"BACKEND_UNAVAILABLE"}';
  const noNode = '{"error":"No node can be reached at the moment.","code":"NO_NODE","request_id":"1"}';
  it.each<[string, Partial<AnswerParts>, Outcome]>([
    ["200", { status: 200 }, "answered"],
    ["a node's 503 with a reason and a time to come again", { headers: { "retry-after": "5" }, text: json }, "refused"],
    ["the web UI's page with a 503", { headers: { "retry-after": "5" }, text: page }, "refused"],
    ["another page with a 503", { headers: { "retry-after": "5" }, text: "<!doctype html><p>Sorry" }, "failed"],
    ["503 that does not say when to come again", { text: json }, "failed"],
    ["503 in other words than JSON", { headers: { "retry-after": "5" }, text: "<html>" }, "failed"],
    ["503 without a reason", { headers: { "retry-after": "5" }, text: "{}" }, "failed"],
    ["503 of a load balancer that found no node", { headers: { "retry-after": "5" }, text: noNode }, "failed"],
    ["503 without a code", { headers: { "retry-after": "5" }, text: '{"error":"Away."}' }, "failed"],
    ["503 with no number of seconds", { headers: { "retry-after": "soon" }, text: json }, "failed"],
    ["401", { status: 401 }, "logged out"],
    ["the way to the login page", { status: 302, headers: { location: "/login?next=/dashboard" } }, "logged out"],
    ["another redirect", { status: 302, headers: { location: "/elsewhere" } }, "failed"],
    ["500", { status: 500 }, "failed"],
    ["429", { status: 429, headers: { "retry-after": "5" }, text: json }, "failed"],
  ])("%s", (_what, parts, outcome) => {
    expect(outcomeOf({ status: 503, headers: {}, text: "", ...parts })).toBe(outcome);
  });
});

describe("the comparison of reports", () => {
  const [one, two, three] = [1, 2, 3].map((timeMs) => ({ machineId: "m-1", timeMs })) as [Key, Key, Key];
  type Key = { machineId: string; timeMs: number };

  it("finds nothing where everything answered is there once", () => {
    expect(compareReports([one, two], [one, two], [two, one])).toEqual({ lost: [], duplicates: [] });
  });

  it("leaves open what became of a report without an answer", () => {
    expect(compareReports([one, two], [one], [one])).toEqual({ lost: [], duplicates: [] });
    expect(compareReports([one, two], [one], [one, two])).toEqual({ lost: [], duplicates: [] });
  });

  it("finds what was answered and is not there", () => {
    expect(compareReports([one, two], [one, two], [one]).lost).toEqual(["m-1 at 1970-01-01T00:00:00.002Z"]);
  });

  it("finds what is there twice, or at a time at which nothing was sent", () => {
    expect(compareReports([one], [one], [one, one]).duplicates).toHaveLength(1);
    expect(compareReports([one, two], [one, two], [one, two, three]).duplicates).toHaveLength(1);
  });

  it("does not take one machine's report for another's", () => {
    const other = { ...one, machineId: "m-2" };
    expect(compareReports([one, other], [one, other], [one]).lost).toHaveLength(1);
  });
});

describe("a row's figures", () => {
  const attempt = (difference: Partial<Attempt>): Attempt => ({
    ...{ client: "agent", name: "m-1", startedMs: 0, tookMs: 10, outcome: "answered" },
    ...difference,
  });

  it("keep agents and readers apart, and count only what was answered as a stall", () => {
    const attempts = [
      attempt({ tookMs: 900 }),
      attempt({ tookMs: 5000, outcome: "failed", problem: "no answer" }),
      attempt({ client: "reader", name: "r-1", tookMs: 20 }),
      attempt({ client: "reader", name: "r-1", tookMs: 1500, outcome: "refused" }),
      attempt({ client: "reader", name: "r-2", outcome: "logged out", problem: "401" }),
    ];
    const row = rowOf("a fault", attempts, { lost: [], duplicates: [] }, [], { problems: [] });
    expect(row.agents).toEqual({
      ...{ answered: 1, refused: 0, logouts: [], longestMs: 900 },
      errors: ["m-1 after 5000 ms: no answer"],
    });
    expect(row.readers).toMatchObject({
      answered: 1,
      refused: 1,
      logouts: [expect.stringMatching(/^r-2 .*401/)],
      errors: [],
    });
    expect(row.readers.longestMs).toBe(20);
  });
});

describe("probe times", () => {
  it("are those of all servers together, the median path by path", () => {
    const took = Array.from({ length: 1000 }, (_, index) => index);
    expect(
      timesOf([
        { path: "/live", took, failed: 1 },
        { path: "/live", took: [5000], failed: 2 },
        { path: "/ready", took: [70, 80, 90], failed: 0 },
      ]),
    ).toEqual({ count: 1004, failed: 3, mediansMs: { "/live": 500, "/ready": 80 }, p999Ms: 999 });
  });

  it("are endless where nothing was answered", () => {
    expect(timesOf([{ path: "/live", took: [], failed: 7 }])).toMatchObject({
      ...{ count: 0, mediansMs: { "/live": Infinity }, p999Ms: Infinity },
    });
  });
});
