import { type RolloutView, listCounts, nextRolloutStep } from "../../../src/cluster/key-rollout-step.js";

const view = (members: Partial<Omit<RolloutView, "inUse">> & { inUse?: string[] }): RolloutView => ({
  listed: ["new", "old"],
  sealing: "old",
  others: [],
  knowsEveryNode: true,
  ...members,
  inUse: new Set(members.inUse ?? ["old"]),
});

const both = ["new", "old"];

describe("a new database key", () => {
  it.each([
    ["stays out of use while another node does not list it", { others: [both, ["old"]] }, { step: "stay" }],
    ["stays out of use while another node does not tell its list", { others: [both, undefined] }, { step: "stay" }],
    ["is recorded once every node lists it", { others: [both, both] }, { step: "bring into use", keyId: "new" }],
    [
      "is recorded whatever its place in the others' lists",
      { others: [["old", "new"]] },
      { step: "bring into use", keyId: "new" },
    ],
    [
      "is not recorded by a node that may not have seen every other",
      { others: [both], knowsEveryNode: false },
      { step: "stay" },
    ],
    [
      "seals once it was in use before the reading",
      { others: [both], inUse: both },
      { step: "seal with", keyId: "new" },
    ],
    [
      "seals once it is in use, also on a node that has just started",
      { others: [both], inUse: both, knowsEveryNode: false },
      { step: "seal with", keyId: "new" },
    ],
    [
      "does not seal, though in use, while another node does not list it",
      { others: [["old"]], inUse: both },
      { step: "stay" },
    ],
    ["goes on sealing", { others: [both], sealing: "new", inUse: both }, { step: "stay" }],
    [
      "gives way to the old one for a node that lacks it",
      { others: [["old"]], sealing: "new", inUse: both },
      { step: "seal with", keyId: "old" },
    ],
    ["does not come into use where it is listed second", { listed: ["old", "new"], others: [both] }, { step: "stay" }],
    [
      "follows for a node that lists it second, when a third leaves no other",
      { listed: ["old", "new"], others: [["new"]], inUse: both },
      { step: "seal with", keyId: "new" },
    ],
    [
      "leaves readable data readable while another node has no key",
      { listed: ["new"], sealing: undefined, inUse: [], others: [["new"], []] },
      { step: "stay" },
    ],
    [
      "is the first of a database that had none",
      { listed: ["new"], sealing: undefined, inUse: [], others: [["new"]] },
      { step: "bring into use", keyId: "new" },
    ],
    [
      "never gives way to readable text",
      { listed: ["new"], sealing: "new", inUse: ["new"], others: [[]] },
      { step: "stay" },
    ],
    [
      "is nothing to a node without keys",
      { listed: [], sealing: undefined, inUse: [], others: [both] },
      { step: "stay" },
    ],
    ["comes into use on the only node", { others: [] }, { step: "bring into use", keyId: "new" }],
  ] as const)("%s", (_, members, step) => {
    expect(nextRolloutStep(view(members as Parameters<typeof view>[0]))).toEqual(step);
  });
});

describe("a node's list of keys", () => {
  it.each([
    ["active", 0, true],
    ["draining", 90_000, true],
    ["unknown", 1_000_000, true],
    ["stopped", 59_999, true],
    ["stopped", 60_000, false],
    ["inactive", 0, false],
  ] as const)("of one that is %s and was heard %d ms ago counts: %s", (status, ageMs, counts) => {
    expect(listCounts(status, ageMs)).toBe(counts);
  });
});
