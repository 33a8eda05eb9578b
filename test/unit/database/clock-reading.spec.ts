import { type ClockReading, readingOf, surerReading } from "../../../src/database/clock-reading.js";

const reading = (offsetMs: number, uncertaintyMs: number, takenAtMs: number): ClockReading => ({
  offsetMs,
  uncertaintyMs,
  takenAtMs,
});

describe("a reading of another clock", () => {
  it("takes the answer for the middle of the round trip, and half of that for its error", () => {
    expect(readingOf(1_000, 1_010, 500_005)).toEqual(reading(499_000, 5, 1_010));
  });

  it("is taken when there is none yet, however slow it was", () => {
    expect(surerReading(undefined, reading(7, 900, 1))).toEqual(reading(7, 900, 1));
  });

  it.each<[what: string, known: ClockReading, fresh: ClockReading, taken: "known" | "fresh"]>([
    ["a quicker one", reading(100, 5, 0), reading(103, 1, 10), "fresh"],
    ["one as quick", reading(100, 1, 0), reading(100.5, 1, 10), "fresh"],
    ["a slower one that may mean the same", reading(100, 1, 0), reading(140, 60, 1_000), "known"],
    ["a little slower one, after time enough to drift", reading(100, 1, 0), reading(104, 5, 10_000), "fresh"],
    ["a slower one that cannot mean the same: the clock was set", reading(100, 1, 0), reading(400, 60, 1_000), "fresh"],
    ["a slower one, the clock set back", reading(100, 1, 0), reading(-3_600_000, 60, 1_000), "fresh"],
  ])("prefers rightly: %s", (_what, known, fresh, taken) => {
    expect(surerReading(known, fresh)).toBe(taken === "known" ? known : fresh);
  });
});
