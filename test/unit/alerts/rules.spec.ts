import { type Standing, type Step, type Verdict, judgeCondition } from "../../../src/alerts/rules/judge-condition.js";
import { judgeFigure } from "../../../src/alerts/rules/judge-figure.js";
import { judgeGap } from "../../../src/alerts/rules/judge-gap.js";
import { sharedTraits } from "../../../src/alerts/rules/shared-traits.js";
import { durationText, massLoss } from "../../../src/alerts/rules/sentences.js";
import { isSilenced } from "../../../src/alerts/silences/silence-match.js";
import { retryAfterMs } from "../../../src/alerts/outbox/retry-plan.js";
import { timeOrderedId } from "../../../src/alerts/time-ordered-id.js";
import type { MachineFacts } from "../../../src/fleet/watch/fleet-watch.js";

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;

describe("a condition", () => {
  it.each<[what: string, standing: Standing, verdict: Verdict, forMs: number, step: Step]>([
    ["good and nothing known", "none", "good", MINUTE, "stay"],
    ["bad for the first time", "none", "bad", MINUTE, "wait"],
    ["bad, where that is enough", "none", "bad", 0, "open"],
    ["bad, but not for long enough", { since: NOW - MINUTE + 1 }, "bad", MINUTE, "stay"],
    ["bad for long enough", { since: NOW - MINUTE }, "bad", MINUTE, "open"],
    ["good before its time", { since: NOW - 1 }, "good", MINUTE, "forget"],
    ["a little better before its time", { since: NOW - 1 }, "between", MINUTE, "forget"],
    ["not to be seen before its time", { since: NOW - MINUTE }, "unknown", MINUTE, "stay"],
    ["bad and open", "open", "bad", MINUTE, "stay"],
    ["a little better and open", "open", "between", MINUTE, "stay"],
    ["not to be seen and open", "open", "unknown", MINUTE, "stay"],
    ["good and open", "open", "good", MINUTE, "close"],
  ])("that is %s: %j", (_what, standing, verdict, forMs, step) => {
    expect(judgeCondition(standing, verdict, forMs, NOW)).toBe(step);
  });
});

describe("a figure", () => {
  const rule = { above: 90, forMs: MINUTE };
  it.each<[percent: number | null, reports: boolean, limits: typeof rule | null, verdict: Verdict]>([
    [90.1, true, rule, "bad"],
    [90, true, rule, "between"],
    [85.1, true, rule, "between"],
    [85, true, rule, "good"],
    [99, false, rule, "between"],
    [null, true, rule, "between"],
    [99, true, null, "good"],
    [3, true, { above: 4, forMs: 0 }, "between"],
    [2, true, { above: 4, forMs: 0 }, "good"],
  ])("of %s %% (reports: %s) by %j is %s", (percent, reports, limits, verdict) => {
    expect(judgeFigure(percent, reports, limits)).toBe(verdict);
  });
});

describe("a gap between two looks", () => {
  const limits = { awayAfterMs: 30_000, graceMs: 180_000 };
  const limit = 2 * MINUTE;
  const before = { evaluatedAt: NOW - 10_000, graceUntil: NOW - MINUTE, decided: new Map([[limit, NOW - limit - 5]]) };
  const ahead = { evaluatedAt: NOW + MINUTE, decided: new Map([[limit, NOW + MINUTE]]) };
  it.each<[what: string, changes: Partial<typeof before>, wasAway: boolean, graceUntil: number, decidedTo: number]>([
    ["as it should be", {}, false, before.graceUntil, NOW - limit - 5],
    ["just short enough", { evaluatedAt: NOW - 30_000 }, false, before.graceUntil, NOW - limit - 5],
    ["too long", { evaluatedAt: NOW - 30_001 }, true, NOW + 180_000, NOW - limit - 5],
    ["of a clock that was set back", ahead, true, NOW + 180_000, NOW],
  ])("that is %s", (_what, changes, wasAway, graceUntil, decidedTo) => {
    const resumed = judgeGap({ ...before, ...changes }, NOW, limits, [limit]);
    expect([resumed.wasAway, resumed.graceUntil, resumed.decidedTo(limit)]).toEqual([wasAway, graceUntil, decidedTo]);
  });

  it("begins with grace, and with what was lost lately", () => {
    const first = judgeGap({ evaluatedAt: null, graceUntil: 0, decided: new Map() }, NOW, limits, [limit]);
    expect(first).toMatchObject({ wasAway: true, graceUntil: NOW + 180_000 });
    expect(first.decidedTo(limit)).toBe(NOW - 15 * MINUTE);
    expect(first.decidedTo(20 * MINUTE)).toBe(NOW - 20 * MINUTE);
  });

  it("passes nobody over when limits are set anew, and tells nothing of what was lost while there were none", () => {
    const [at, long] = [NOW - limit - 5, 10 * MINUTE];
    const fresh = judgeGap(before, NOW, limits, [MINUTE, 3 * MINUTE]);
    expect([fresh.decidedTo(MINUTE), fresh.decidedTo(3 * MINUTE)]).toEqual([at, NOW - 3 * MINUTE]);
    const decided = new Map([
      [limit, at],
      [long, NOW - long],
    ]);
    expect(judgeGap({ ...before, decided }, NOW, limits, [limit, long]).decidedTo(limit)).toBe(at);
    // Its machines have the other limit now.
    expect(judgeGap({ ...before, decided }, NOW, limits, [limit]).decidedTo(limit)).toBe(NOW - long);
    expect(judgeGap({ ...before, decided: new Map() }, NOW, limits, [limit]).decidedTo(limit)).toBe(NOW - limit);
  });
});

describe("what machines share", () => {
  const machine = (number: number, facts: Partial<MachineFacts> = {}): MachineFacts => ({
    machineId: `m-${number}`,
    name: `m-${number}.rack.example.com`,
    tags: ["prod"],
    address: `10.1.2.${number}`,
    os: "Linux",
    ...facts,
  });

  it("is told by what says most about a cause", () => {
    const machines = [1, 2, 3, 4].map((number) => machine(number));
    machines.push(machine(5, { address: "10.9.9.9", tags: [] }));
    expect(sharedTraits(machines)).toEqual([
      { trait: "subnet", value: "10.1.2.0/24", machines: 4 },
      { trait: "tag", value: "prod", machines: 4 },
      { trait: "domain", value: "rack.example.com", machines: 5 },
      { trait: "os", value: "Linux", machines: 5 },
    ]);
  });

  it("is nothing where they differ, or nothing is known", () => {
    const apart = (number: number) =>
      machine(number, {
        name: `m-${number}`,
        tags: [`t-${number}`],
        address: number === 1 ? null : "fe80::1",
        os: null,
      });
    expect(sharedTraits([apart(1), apart(2)])).toEqual([]);
    expect(massLoss(12, 90_000, 12, [])).toBe(
      "12 machines stopped reporting within 90 seconds; nothing is known that they share.",
    );
  });

  it("stands in one sentence, what all share before what most do", () => {
    const some = { trait: "tag" as const, value: "prod", machines: 11 };
    const all = { trait: "subnet" as const, value: "10.1.2.0/24", machines: 12 };
    expect(massLoss(12, 0, 12, [some])).toContain("; most of them share the tag prod.");
    expect(massLoss(12, 0, 12, [all, some])).toContain("within 1 second; all share the subnet 10.1.2.0/24.");
  });
});

it.each([
  [999, "0 seconds"],
  [1000, "1 second"],
  [119_000, "119 seconds"],
  [120_000, "2 minutes"],
  [3 * 3_600_000, "3 hours"],
  [48 * 3_600_000, "2 days"],
])("%d ms are %s", (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

describe("a silence", () => {
  const incident = { kind: "disk" as const, subject: "db-01", tags: ["prod", "rack-7"] };
  const any = { machine_id: null, tag: null, kind: null };
  it.each([
    [{ ...any, kind: "disk" as const }, true],
    [{ ...any, kind: "cpu" as const }, false],
    [{ ...any, machine_id: "db-01" }, true],
    [{ ...any, machine_id: "DB-01" }, false],
    [{ ...any, tag: "Rack-7" }, true],
    [{ ...any, tag: "rack" }, false],
    [{ ...any, machine_id: "db-01", kind: "cpu" as const }, false],
    [{ machine_id: "db-01", tag: "prod", kind: "disk" as const }, true],
  ])("of %j: %s", (matcher, silenced) => {
    expect(isSilenced([matcher], incident)).toBe(silenced);
  });
});

it.each([
  ["machine_offline", "mass_offline", true],
  ["mass_offline", "mass_offline", true],
  ["mass_offline", "machine_offline", false],
  ["cpu", "mass_offline", false],
] as const)("a silence of the kind %s covers %s: %s", (silenced, kind, covers) => {
  const matcher = { machine_id: null, tag: null, kind: silenced };
  expect(isSilenced([matcher], { kind, subject: "x", tags: [] })).toBe(covers);
});

describe("the plan of retries", () => {
  it.each([
    [1, 0, 2_500],
    [1, 0.999999, 5_000],
    [4, 0.999999, 40_000],
    [50, 0.999999, 600_000],
  ])("after %d attempts, by chance %d, waits %d ms", (attempts, random, waitMs) => {
    expect(retryAfterMs(attempts, 0, random)).toBe(waitMs);
  });

  it("ends after a day, or 200 attempts", () => {
    expect(retryAfterMs(3, 24 * 3_600_000, 0)).toBeNull();
    expect(retryAfterMs(200, 0, 0)).toBeNull();
  });
});

it("ids are UUIDs of version 7, in the order of time", () => {
  const ids = [NOW, NOW + 1, NOW + 65_536].map(timeOrderedId);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(ids.toSorted()).toEqual(ids);
});
