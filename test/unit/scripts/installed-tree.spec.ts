import { treeMatchesLock } from "../../../scripts/setup/installed-tree.mjs";

const lock = {
  packages: {
    "": { version: "1.0.0" },
    agent: { version: "1.0.0" },
    "node_modules/fleet-agent": { link: true },
    "node_modules/a": { version: "1.2.3" },
    "node_modules/a/node_modules/b": { version: "2.0.0" },
    "node_modules/only-elsewhere": { version: "3.0.0", optional: true },
  },
};
const installed = {
  packages: {
    "node_modules/fleet-agent": { link: true },
    "node_modules/a": { version: "1.2.3" },
    "node_modules/a/node_modules/b": { version: "2.0.0" },
    "node_modules/extra": { version: "9.0.0" },
  },
};

describe("an installation made by hand", () => {
  it("is taken when every package of the lock file is there, whatever else is", () => {
    expect(treeMatchesLock(lock, installed)).toBe(true);
  });

  it.each([
    ["a package is missing", { ...installed.packages, "node_modules/a": undefined }],
    ["a package has another version", { ...installed.packages, "node_modules/a": { version: "1.2.4" } }],
    ["a nested one has", { ...installed.packages, "node_modules/a/node_modules/b": { version: "2.0.1" } }],
    ["a workspace is not linked", { ...installed.packages, "node_modules/fleet-agent": { version: "1.0.0" } }],
    [
      "an optional one has another version",
      { ...installed.packages, "node_modules/only-elsewhere": { version: "4.0.0" } },
    ],
  ])("is not taken when %s", (_case, packages) => {
    const present = Object.fromEntries(
      Object.entries(packages).flatMap(([key, value]) => (value ? [[key, value]] : [])),
    );
    expect(treeMatchesLock(lock, { packages: present })).toBe(false);
  });
});
