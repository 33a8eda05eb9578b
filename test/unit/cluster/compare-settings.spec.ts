import { type Fingerprints, differingSettings } from "../../../src/cluster/settings/compare-settings.js";

function differing(nodes: Record<string, Fingerprints>): Record<string, readonly string[]> {
  return Object.fromEntries(differingSettings(new Map(Object.entries(nodes))));
}

describe("the comparison of settings", () => {
  it.each<[what: string, nodes: Record<string, Fingerprints>, expected: Record<string, readonly string[]>]>([
    ["names nothing where all agree", { a: { x: "1" }, b: { x: "1" }, c: { x: "1" } }, { a: [], b: [], c: [] }],
    [
      "names the one that differs from the others",
      { a: { x: "1" }, b: { x: "2" }, c: { x: "1" } },
      { a: [], b: ["x"], c: [] },
    ],
    ["names both of two, since nobody knows which is wrong", { a: { x: "1" }, b: { x: "2" } }, { a: ["x"], b: ["x"] }],
    [
      "names all where no value is held by most",
      { a: { x: "1" }, b: { x: "2" }, c: { x: "1" }, d: { x: "2" } },
      { a: ["x"], b: ["x"], c: ["x"], d: ["x"] },
    ],
    ["leaves out who does not know", { a: { x: "1" }, b: {}, c: { x: "1" } }, { a: [], b: [], c: [] }],
    [
      "names each setting by itself, in their order",
      { a: { y: "1", x: "1" }, b: { y: "2", x: "2" }, c: { y: "1", x: "1" } },
      { a: [], b: ["x", "y"], c: [] },
    ],
    ["has nothing to say of one alone", { a: { x: "1" } }, { a: [] }],
  ])("%s", (_, nodes, expected) => {
    expect(differing(nodes)).toEqual(expected);
  });
});
