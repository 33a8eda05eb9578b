import { newKey, oldKey } from "./rolling-cluster.js";
import { rollOut } from "./roll-out.js";

const newFirst = [newKey, oldKey];

describe("a new database key", () => {
  it("rolls out in one pass, as a new first key, with every row readable on every node", async () => {
    await rollOut([oldKey], [newFirst, newFirst], "is in use and missing from the list");
  });
});
