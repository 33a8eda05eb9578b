import path from "node:path";
import { symlinkSync } from "node:fs";

import { lockAddress, lockFolder } from "../../../agent/src/queue/queue-lock.js";
import { makeTempFolder } from "../../support/temp-folder.js";

describe("queue lock", () => {
  it("gives a folder to one only, by whatever name it is called", async () => {
    const folder = makeTempFolder("lock");
    const other = path.join(makeTempFolder("lock"), "link");
    symlinkSync(folder, other);
    expect(await lockFolder(folder)).toBe(true);
    expect(await lockFolder(other)).toBe(false);
    expect(await lockFolder(path.dirname(other))).toBe(true);
  });

  it.each<[NodeJS.Platform, RegExp]>([
    ["linux", /^\0fleet-agent-[0-9a-f]{32}$/],
    ["win32", /^\\\\\.\\pipe\\fleet-agent-[0-9a-f]{32}$/],
    ["darwin", /^\/state\/lock$/],
  ])("has a name that %s takes", (platform, expected) => {
    expect(lockAddress("/state", platform)).toMatch(expected);
  });
});
