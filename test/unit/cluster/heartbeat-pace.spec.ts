import { nextBeatInMs } from "../../../src/cluster/heartbeat-pace.js";

const pace = { startedAt: 1_000, now: 1_000, intervalMs: 10_000, failed: false, verdictAt: Infinity };

describe("the pause after a heartbeat", () => {
  it.each([
    { why: "is one interval", ...pace, pauseMs: 10_000 },
    { why: "is shorter by what the work took", ...pace, now: 3_500, pauseMs: 7_500 },
    { why: "is none after work longer than an interval", ...pace, now: 15_000, pauseMs: 0 },
    { why: "ends a moment after a verdict is due", ...pace, verdictAt: 5_000.4, pauseMs: 4_002 },
    { why: "does not wait longer for a later verdict", ...pace, verdictAt: 25_000, pauseMs: 10_000 },
    { why: "is a second after a failure", ...pace, failed: true, pauseMs: 1_000 },
    { why: "is a second after a failure, however long that took", ...pace, now: 9_000, failed: true, pauseMs: 1_000 },
    { why: "is a quarter of a short interval after a failure", ...pace, intervalMs: 400, failed: true, pauseMs: 100 },
  ])("$why", ({ pauseMs, ...given }) => {
    expect(nextBeatInMs(given)).toBeCloseTo(pauseMs, 6);
  });
});
