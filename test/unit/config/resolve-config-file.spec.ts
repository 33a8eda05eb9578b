import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { loadProcessConfig } from "../../../src/config/load-process-config.js";
import { resolveConfigFile } from "../../../src/config/resolve-config-file.js";

describe("the configuration file", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "fleet-config-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const resolved = (named?: string, env: Record<string, string> = {}) => {
    const file = resolveConfigFile(named, env, folder);
    return file && relative(folder, file);
  };

  it("is the one named on the command line, whether it exists or not", () => {
    writeFileSync(join(folder, "config.yaml"), "");
    expect(resolved("a.yaml", { FLEET_CONFIG: "b.yaml" })).toBe("a.yaml");
  });

  it("else the one named by FLEET_CONFIG", () => {
    writeFileSync(join(folder, "config.yaml"), "");
    expect(resolved(undefined, { FLEET_CONFIG: "b.yaml" })).toBe("b.yaml");
  });

  it("else config.yaml in the working directory", () => {
    writeFileSync(join(folder, "config.yaml"), "");
    expect(resolved()).toBe("config.yaml");
    expect(resolved(undefined, { FLEET_CONFIG: "" })).toBe("config.yaml");
  });

  it("else none, and the environment is all there is", () => {
    expect(resolveConfigFile(undefined, {}, folder)).toBeUndefined();
  });

  it("is read for the process that names it", () => {
    const path = join(folder, "fleet.yaml");
    writeFileSync(path, "server:\n  api_key: agent-key-1\n  web_password: a password\n  port: 9001\n");
    expect(loadProcessConfig(path).server.port).toBe(9001);
  });

  it("keeps an absolute path, and a short one for the working directory of the process", () => {
    expect(resolveConfigFile("/etc/fleet/config.yaml", {}, folder)).toBe("/etc/fleet/config.yaml");
    expect(resolveConfigFile("config/fleet.example.yaml", {}, process.cwd())).toBe("config/fleet.example.yaml");
  });
});
