import { FirstSights } from "../../../src/cluster/registry/first-sights.js";

const record = (revision: number, writtenAtMs: number, nodeId = "a") => ({ nodeId, revision, writtenAtMs });

describe("the age of records in a backend without a clock", () => {
  it.each([
    { what: "by its stamp", stampMs: 9_000, wallMs: 10_000, ageMs: 1_000 },
    { what: "as new when the stamp lies ahead", stampMs: 3_600_000, wallMs: 10_000, ageMs: 0 },
  ])("takes a node never seen $what", ({ stampMs, wallMs, ageMs }) => {
    expect(new FirstSights().ages([record(1, stampMs)], { monotonicMs: 500, wallMs })).toEqual([ageMs]);
  });

  it.each([
    { what: "its own clock is set back", wallMs: -3_600_000 },
    { what: "its own clock is set forward", wallMs: 3_600_000 },
  ])("goes on by the monotonic clock when $what", ({ wallMs }) => {
    const sights = new FirstSights();
    sights.ages([record(1, 9_000)], { monotonicMs: 500, wallMs: 10_000 });
    expect(sights.ages([record(1, 9_000)], { monotonicMs: 700, wallMs })).toEqual([1_200]);
  });

  it("begins at zero with a later record of a known node, whatever its stamp says", () => {
    const sights = new FirstSights();
    sights.ages([record(1, 9_000)], { monotonicMs: 500, wallMs: 10_000 });
    expect(sights.ages([record(2, -3_600_000)], { monotonicMs: 700, wallMs: 10_200 })).toEqual([0]);
    expect(sights.ages([record(2, -3_600_000)], { monotonicMs: 800, wallMs: 10_300 })).toEqual([100]);
  });

  it("knows the age of what it wrote itself", () => {
    const sights = new FirstSights();
    sights.wrote(record(1, 9_000), 400);
    expect(sights.ages([record(1, 9_000)], { monotonicMs: 500, wallMs: 3_600_000 })).toEqual([100]);
  });

  it("forgets a node whose record was removed", () => {
    const sights = new FirstSights();
    const at = { monotonicMs: 500, wallMs: 10_000 };
    sights.ages([record(1, 9_000), record(2, 9_500, "b")], at);
    expect(sights.ages([record(2, 9_500, "b")], at)).toEqual([500]);
    expect(sights.ages([record(1, 2_000), record(2, 9_500, "b")], at)).toEqual([8_000, 500]);
  });
});
