import { mkdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { makeFolder, nearestExisting } from "../../../src/database/make-folder.js";
import { makeTempFolder } from "../../support/temp-folder.js";

describe("a folder for a private file", () => {
  it("is made with those above it, for its owner alone, and may be there already", () => {
    const top = makeTempFolder();
    const folder = path.join(top, "a/b/c");
    expect(nearestExisting(folder)).toBe(top);
    makeFolder(folder);
    makeFolder(folder);
    for (const made of [folder, path.join(top, "a")]) expect(statSync(made).mode & 0o777).toBe(0o700);
    expect(nearestExisting(folder)).toBe(folder);
  });

  it("leaves a folder that is there as it is", () => {
    const folder = path.join(makeTempFolder(), "shared");
    mkdirSync(folder, { mode: 0o755 });
    makeFolder(path.join(folder, "data"));
    expect(statSync(folder).mode & 0o777).toBe(0o755);
  });

  it("is refused at once where the system lets nobody make it", () => {
    expect(() => {
      makeFolder("/proc/fleet/data");
    }).toThrow(/ENOENT/);
    const file = path.join(makeTempFolder(), "file");
    writeFileSync(file, "");
    expect(() => {
      makeFolder(path.join(file, "data"));
    }).toThrow(/ENOTDIR/);
  });
});
