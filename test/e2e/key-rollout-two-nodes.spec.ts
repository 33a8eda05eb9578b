import { newKey, oldKey } from "./rolling-cluster.js";
import { rollOut } from "./roll-out.js";

describe("a new database key", () => {
  it.each([
    [
      "a new key, listed second on one node",
      [oldKey],
      [
        [newKey, oldKey],
        [oldKey, newKey],
      ],
      "missing from the list",
    ],
    ["the very first key", [], [[newKey], [newKey]], "the database is encrypted and no key is set"],
  ] as const)(
    "rolls out in one pass, as %s, with every row readable on every node",
    async (_, before, after, refusal) => {
      await rollOut(before, after, refusal);
    },
  );
});
