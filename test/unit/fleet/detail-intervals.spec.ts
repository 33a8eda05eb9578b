import { DetailIntervals } from "../../../src/fleet/history/detail-intervals.js";

describe("DetailIntervals", () => {
  it("knows a whole sample by its machine and interval, the last one of each machine", () => {
    const intervals = new DetailIntervals<string>(60_000);
    intervals.note("a", 120_000);
    expect([119_999, 120_000, 179_999, 180_000].map((at) => intervals.isKept("a", at))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(intervals.isKept("b", 120_000)).toBe(false);
    intervals.note("a", 60_000);
    expect([intervals.isKept("a", 60_000), intervals.isKept("a", 120_000)]).toEqual([true, false]);
    intervals.forget();
    expect(intervals.isKept("a", 60_000)).toBe(false);
  });

  it("takes every sample for one of its own where all are kept whole", () => {
    const intervals = new DetailIntervals<string>(0);
    intervals.note("a", 5);
    expect([4, 5, 6].map((at) => intervals.isKept("a", at))).toEqual([false, true, false]);
    expect(intervals.around(5)).toEqual({ from: 5, end: 6 });
  });
});
