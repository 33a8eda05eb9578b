import { isRepeat, remember } from "../../../src/fleet/store/recent-reports.js";

describe("recent reports", () => {
  it("knows a repeat within the window, before or after the stored arrival", () => {
    const recent = remember([], "hash", 10_000);
    expect(isRepeat(recent, "hash", 12_000, 15_000)).toBe(true);
    expect(isRepeat(recent, "hash", 8_000, 15_000)).toBe(true);
    expect(isRepeat(recent, "other", 12_000, 15_000)).toBe(false);
  });

  it("takes a machine that always says the same for alive once the window has passed", () => {
    expect(isRepeat(remember([], "hash", 10_000), "hash", 25_001, 15_000)).toBe(false);
  });

  it("remembers the last four, newest first", () => {
    const recent = ["a", "b", "c", "d", "e"].reduce<ReturnType<typeof remember>>(
      (list, hash, index) => remember(list, hash, index),
      [],
    );
    expect(recent.map(([hash]) => hash)).toEqual(["e", "d", "c", "b"]);
  });
});
