import { spawnSync } from "node:child_process";
import { copyFileSync, readFileSync } from "node:fs";
import path from "node:path";
import { loadConfig } from "../../src/config/load-config.js";
import { projectRoot } from "../support/project-root.js";
import { makeTempFolder } from "../support/temp-folder.js";

/** A template is judged as one of its instances. */
const UNITS = [
  ["fleet-server@.service", "fleet-server@node1.service"],
  ["fleet-agent.service", "fleet-agent.service"],
] as const;
const HIGHEST_EXPOSURE = 3;

const unitFile = (name: string) => path.join(projectRoot, "config/systemd", name);
const text = readFileSync(unitFile("fleet-server@.service"), "utf8");
const setting = (name: string) => new RegExp(`^${name}=(.*)$`, "m").exec(text)?.[1];

describe.each(UNITS)("%s", (name, instance) => {
  const file = path.join(makeTempFolder("unit"), instance);
  copyFileSync(unitFile(name), file);
  const analyze = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync("systemd-analyze", [...args, file], { encoding: "utf8" });
    return { status, output: `${stdout}${stderr}` };
  };

  it("is understood by systemd, every line of it", () => {
    expect(analyze("verify", "--man=no")).toEqual({ status: 0, output: "" });
  });

  it(`is exposed to less than ${HIGHEST_EXPOSURE} of 10`, () => {
    const { status, output } = analyze(
      "security",
      "--offline=true",
      "--no-pager",
      `--threshold=${HIGHEST_EXPOSURE * 10}`,
    );
    expect([status, /Overall exposure level.*/.exec(output)?.[0]]).toEqual([0, expect.stringContaining(" OK ")]);
  });
});

describe("the node's service", () => {
  it("leaves a node the time to drain, and does not repeat a wrong configuration", () => {
    const { server } = loadConfig({
      env: { FLEET_SERVER__API_KEY: "k".repeat(32), FLEET_SERVER__WEB_PASSWORD: "p4ssw0rd-of-tests" },
    });
    expect(Number(setting("TimeoutStopSec"))).toBeGreaterThan(server.shutdown_timeout);
    expect(setting("Restart")).toBe("always");
    expect(setting("RestartPreventExitStatus")).toBe("78");
  });

  it("lets V8 compile", () => {
    expect(setting("MemoryDenyWriteExecute")).toBe("no");
  });
});
