import {
  type Judgement,
  judgeFirstSight,
  judgeProgress,
  judgeSilence,
  statusOf,
} from "../../../src/cluster/membership/judge.js";
import { isTimely } from "../../../src/cluster/membership/limits.js";

const seconds = (heartbeat: number, timeout: number) => ({
  heartbeatIntervalMs: heartbeat * 1000,
  nodeTimeoutMs: timeout * 1000,
  forgetAfterMs: 86_400_000,
});
const limits = seconds(10, 30);

describe("a gap between two readings", () => {
  it.each([
    { gap: 0, heartbeat: 10, timeout: 30, timely: true },
    { gap: 11_000, heartbeat: 10, timeout: 30, timely: true },
    { gap: 20_000, heartbeat: 10, timeout: 30, timely: true },
    { gap: 20_001, heartbeat: 10, timeout: 30, timely: false },
    { gap: 1_300, heartbeat: 0.3, timeout: 3, timely: true },
    { gap: 1_301, heartbeat: 0.3, timeout: 3, timely: false },
    { gap: 19_999, heartbeat: 10, timeout: 20, timely: true },
    { gap: 20_000, heartbeat: 10, timeout: 20, timely: false },
    { gap: 600, heartbeat: 0.3, timeout: 0.6, timely: false },
  ])("of $gap ms counts: $timely (heartbeat $heartbeat s, time-out $timeout s)", (row) => {
    expect(isTimely(row.gap, seconds(row.heartbeat, row.timeout))).toBe(row.timely);
  });
});

describe("a record seen for the first time", () => {
  it.each([
    { ageMs: 0, verdict: "live" },
    { ageMs: 29_999, verdict: "live" },
    { ageMs: 30_000, verdict: "inactive" },
    { ageMs: 86_400_000, verdict: "inactive" },
  ])("is $verdict when the backend says it is $ageMs ms old", ({ ageMs, verdict }) => {
    expect(judgeFirstSight(ageMs, limits)).toEqual({ verdict, silenceMs: ageMs });
  });
});

describe("a node that did not advance", () => {
  const rows: { before: Judgement; gapMs: number; after: Judgement; why: string }[] = [
    {
      why: "adds the gap to its silence",
      before: { verdict: "live", silenceMs: 10_000 },
      gapMs: 10_000,
      after: { verdict: "live", silenceMs: 20_000 },
    },
    {
      why: "is inactive at the node time-out",
      before: { verdict: "live", silenceMs: 20_000 },
      gapMs: 10_000,
      after: { verdict: "inactive", silenceMs: 30_000 },
    },
    {
      why: "is not condemned by an observer that was frozen",
      before: { verdict: "live", silenceMs: 20_000 },
      gapMs: 600_000,
      after: { verdict: "unsure", silenceMs: 0 },
    },
    {
      why: "stays unsure while its silence is watched anew",
      before: { verdict: "unsure", silenceMs: 10_000 },
      gapMs: 10_000,
      after: { verdict: "unsure", silenceMs: 20_000 },
    },
    {
      why: "is inactive after a full time-out of watched silence",
      before: { verdict: "unsure", silenceMs: 20_000 },
      gapMs: 10_000,
      after: { verdict: "inactive", silenceMs: 30_000 },
    },
    {
      why: "is watched anew after every pause of the observer",
      before: { verdict: "unsure", silenceMs: 20_000 },
      gapMs: 25_000,
      after: { verdict: "unsure", silenceMs: 0 },
    },
    {
      why: "stays inactive whatever the observer missed",
      before: { verdict: "inactive", silenceMs: 40_000 },
      gapMs: 600_000,
      after: { verdict: "inactive", silenceMs: 640_000 },
    },
  ];

  it.each(rows)("$why", ({ before, gapMs, after }) => {
    expect(judgeSilence(before, gapMs, limits)).toEqual(after);
  });
});

describe("the status of a node", () => {
  it.each([
    { verdict: "live", state: "active", sinceReadMs: 0, status: "active" },
    { verdict: "live", state: "draining", sinceReadMs: 0, status: "draining" },
    { verdict: "live", state: "stopped", sinceReadMs: 0, status: "stopped" },
    { verdict: "unsure", state: "active", sinceReadMs: 0, status: "unknown" },
    { verdict: "unsure", state: "draining", sinceReadMs: 0, status: "unknown" },
    { verdict: "unsure", state: "stopped", sinceReadMs: 0, status: "stopped" },
    { verdict: "inactive", state: "active", sinceReadMs: 0, status: "inactive" },
    { verdict: "inactive", state: "draining", sinceReadMs: 0, status: "inactive" },
    { verdict: "inactive", state: "stopped", sinceReadMs: 0, status: "stopped" },
    { verdict: "live", state: "active", sinceReadMs: 20_000, status: "active" },
    { verdict: "live", state: "active", sinceReadMs: 20_001, status: "unknown" },
    { verdict: "inactive", state: "active", sinceReadMs: 20_001, status: "unknown" },
  ] as const)("is $status when $verdict and $state, $sinceReadMs ms after the last reading", (row) => {
    expect(statusOf(row.verdict, row.state, row.sinceReadMs, limits)).toBe(row.status);
  });
});

describe("a verified record", () => {
  const at = (incarnation: number, sequence: number) => ({ incarnation, sequence });

  it.each([
    { record: at(1, 1), seen: undefined, issued: undefined, outcome: "advanced", why: "is new to an observer" },
    { record: at(3, 1), seen: undefined, issued: 3, outcome: "advanced", why: "is of the newest start" },
    {
      record: at(4, 1),
      seen: undefined,
      issued: 3,
      outcome: "advanced",
      why: "is of a start the observer hears of late",
    },
    { record: at(2, 9), seen: undefined, issued: 3, outcome: "incarnation", why: "is of a start before the newest" },
    { record: at(2, 6), seen: at(2, 5), issued: 2, outcome: "advanced", why: "has the next sequence" },
    { record: at(2, 5), seen: at(2, 5), issued: 2, outcome: "unchanged", why: "is the same again" },
    {
      record: at(2, 5),
      seen: at(2, 5),
      issued: 3,
      outcome: "unchanged",
      why: "is left behind by a node that restarts",
    },
    { record: at(2, 4), seen: at(2, 5), issued: 2, outcome: "sequence", why: "is an older one of this start" },
    { record: at(3, 1), seen: at(2, 50), issued: 3, outcome: "advanced", why: "is the first of the next start" },
    { record: at(2, 51), seen: at(3, 1), issued: undefined, outcome: "incarnation", why: "is of the start before" },
    { record: at(2, 51), seen: at(2, 50), issued: 3, outcome: "incarnation", why: "is of a start that was replaced" },
  ])("$why: $outcome", ({ record, seen, issued, outcome }) => {
    expect(judgeProgress(record, seen, issued === undefined ? undefined : at(issued, 0))).toBe(outcome);
  });

  it.each([
    { record: at(2, 6), seen: undefined, outcome: "sequence", why: "of which a later one was published is an old one" },
    { record: at(2, 7), seen: undefined, outcome: "advanced", why: "that is the last one published is new" },
    { record: at(2, 6), seen: at(2, 5), outcome: "sequence", why: "between the one seen and the last one is old, too" },
    { record: at(3, 1), seen: undefined, outcome: "advanced", why: "of a later start begins anew" },
  ])("a record $why, by what the database knows", ({ record, seen, outcome }) => {
    expect(judgeProgress(record, seen, at(2, 7))).toBe(outcome);
  });
});
