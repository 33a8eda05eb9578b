import { KnownInfo } from "../../../src/fleet/store/postgres/known-info.js";

const of = (machineId: string, infoHash: string | null) => ({ machineId, infoHash });

describe("KnownInfo", () => {
  it("knows the info that was learnt last, and nothing of others", () => {
    const known = new KnownInfo();
    expect(known.isStored(of("a", "one"))).toBe(false);
    known.learn(of("a", "one"));
    expect(known.isStored(of("a", "one"))).toBe(true);
    expect(known.isStored(of("b", "one"))).toBe(false);
    known.learn(of("a", "two"));
    expect([known.isStored(of("a", "one")), known.isStored(of("a", "two"))]).toEqual([false, true]);
  });

  it("takes no info for a stored one, nor for a new one", () => {
    const known = new KnownInfo();
    expect(known.isStored(of("a", null))).toBe(false);
    known.learn(of("a", "one"));
    known.learn(of("a", null));
    expect(known.isStored(of("a", null))).toBe(false);
    expect(known.isStored(of("a", "one"))).toBe(true);
  });

  it("does not trust a machine again that was found changed", () => {
    const known = new KnownInfo();
    known.learn(of("a", "one"));
    known.distrust("a");
    known.learn(of("a", "one"));
    expect(known.isStored(of("a", "one"))).toBe(false);
  });

  it("forgets the machine that has not reported for longest when there are too many", () => {
    const known = new KnownInfo(2);
    for (const id of ["a", "b", "a", "c"]) known.learn(of(id, "one"));
    expect(["a", "b", "c"].map((id) => known.isStored(of(id, "one")))).toEqual([true, false, true]);
  });
});
