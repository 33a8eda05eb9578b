import { chmodSync, writeFileSync } from "node:fs";
import path from "node:path";
import { assertInstalled, missingServers, serverPath } from "../../../scripts/test/servers.mjs";
import { makeTempFolder } from "../../support/temp-folder.js";

describe("the servers that the tests need", () => {
  it("are looked for where only root's PATH leads", () => {
    expect(serverPath("/usr/bin:/opt/own").split(":")).toEqual(expect.arrayContaining(["/opt/own", "/usr/sbin"]));
    expect(serverPath("/usr/bin:/opt/own").split(":")[0]).toBe("/usr/bin");
  });

  it("are all named where there are none", () => {
    const names = missingServers(makeTempFolder("path")).map(({ command }) => command);
    expect(names).toEqual(
      expect.arrayContaining(["redis-server", "postgres", "haproxy", "nginx", "prometheus", "faketime"]),
    );
  });

  it("count as present when they can be run", () => {
    const folder = makeTempFolder("path");
    const haproxy = path.join(folder, "haproxy");
    const isMissing = () => missingServers(folder).some(({ command }) => command === "haproxy");
    writeFileSync(haproxy, "#!/bin/sh\n");
    chmodSync(haproxy, 0o644);
    expect(isMissing()).toBe(true);
    chmodSync(haproxy, 0o755);
    expect(isMissing()).toBe(false);
  });

  it("are asked for by name, with the command that installs them", () => {
    const assert = (...commands: string[]) => {
      assertInstalled(commands);
    };
    expect(() => {
      assert("openssl");
    }).not.toThrow();
    expect(() => {
      assert("openssl", "no-such-server");
    }).toThrow(/^This needs programs that are not installed: no-such-server\nInstall them with .*no-such-server/);
  });
});
