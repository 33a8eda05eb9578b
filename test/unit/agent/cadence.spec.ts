import { firstGapMs, nextDueMs } from "../../../agent/src/cadence.js";

describe("cadence", () => {
  it.each([
    ["on time", 1000, 1000, 2000],
    ["a little late", 1000, 1400, 2000],
    ["a little early, as timers can be", 1000, 999.2, 2000],
    ["exactly one interval late", 1000, 2000, 2000],
    ["so late that one report is overdue", 1000, 2700, 2000],
    ["after a long sleep", 1000, 61_200, 61_000],
  ])("%s, the next report stays on the grid", (_name, previousMs, nowMs, expectedMs) => {
    expect(nextDueMs(previousMs, 1000, nowMs)).toBe(expectedMs);
  });

  it("does not drift, however late the work ends", () => {
    let dueMs = 500;
    for (let tick = 0; tick < 1000; tick += 1) dueMs = nextDueMs(dueMs, 10_000, dueMs + (tick % 9) * 1000);
    expect(dueMs).toBe(500 + 1000 * 10_000);
  });

  it("spreads agents that start together over half an interval", () => {
    expect(firstGapMs(10_000, 0)).toBe(5000);
    expect(firstGapMs(10_000, 0.5)).toBe(7500);
    expect(firstGapMs(10_000, 1 - Number.EPSILON)).toBeLessThanOrEqual(10_000);
  });
});
