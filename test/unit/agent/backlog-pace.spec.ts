import { batchPauseMs, nextBatchSize, spreadMs } from "../../../agent/src/delivery/backlog-pace.js";

const ALMOST_ONE = 1 - Number.EPSILON;

describe("backlog pace", () => {
  it.each([
    [undefined, true, 25],
    [25, true, 50],
    [400, true, 500],
    [500, true, 500],
    [500, false, 250],
    [25, false, 12],
    [1, false, 1],
  ] as const)("after a batch of %s, taken: %s, sends %i", (size, taken, expected) => {
    expect(nextBatchSize(size, taken)).toBe(expected);
  });

  it("is 25 reports a second on average, by random pauses", () => {
    expect([batchPauseMs(100, 0), batchPauseMs(100, 0.5)]).toEqual([2000, 4000]);
    expect(batchPauseMs(100, ALMOST_ONE)).toBeCloseTo(6000, 3);
  });

  it.each([
    [1000, 1000],
    [10_000, 10_000],
    [3_600_000, 30_000],
  ])("at an interval of %i ms begins anywhere within %i ms", (intervalMs, boundMs) => {
    expect([spreadMs(intervalMs, 0), spreadMs(intervalMs, 0.5)]).toEqual([0, boundMs / 2]);
    expect(spreadMs(intervalMs, ALMOST_ONE)).toBeCloseTo(boundMs, 3);
  });
});
