import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { ConfigError } from "../../../src/config/config-error.js";
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

  const resolved = (argv: string[], env: Record<string, string> = {}) => {
    const file = resolveConfigFile(argv, env, folder);
    return file && relative(folder, file);
  };

  it("is the one named by --config, whether it exists or not", () => {
    writeFileSync(join(folder, "config.yaml"), "");
    expect(resolved(["--check", "--config", "a.yaml"], { FLEET_CONFIG: "b.yaml" })).toBe("a.yaml");
    expect(resolved(["--config=a.yaml"])).toBe("a.yaml");
    expect(resolved(["--config", "first.yaml", "--config", "last.yaml"])).toBe("last.yaml");
  });

  it("else the one named by FLEET_CONFIG", () => {
    writeFileSync(join(folder, "config.yaml"), "");
    expect(resolved([], { FLEET_CONFIG: "b.yaml" })).toBe("b.yaml");
  });

  it("else config.yaml in the working directory", () => {
    writeFileSync(join(folder, "config.yaml"), "");
    expect(resolved([])).toBe("config.yaml");
    expect(resolved(["--check"], { FLEET_CONFIG: "" })).toBe("config.yaml");
  });

  it("else none, and the environment is all there is", () => {
    expect(resolveConfigFile([], {}, folder)).toBeUndefined();
  });

  it("is read for the process that names it", () => {
    const path = join(folder, "fleet.yaml");
    writeFileSync(path, "server:\n  api_key: agent-key-1\n  web_password: a password\n  port: 9001\n");
    expect(loadProcessConfig(["--config", path]).server.port).toBe(9001);
  });

  it("keeps an absolute path, and a short one for the working directory of the process", () => {
    expect(resolveConfigFile(["--config", "/etc/fleet/config.yaml"], {}, folder)).toBe("/etc/fleet/config.yaml");
    expect(resolveConfigFile(["--config", "config/fleet.example.yaml"], {}, process.cwd())).toBe(
      "config/fleet.example.yaml",
    );
  });

  it.each([[["--config"]], [["--config", "--check"]], [["--config="]]])("is missed after %j", (argv) => {
    expect(() => resolveConfigFile(argv, {}, folder)).toThrow(ConfigError);
  });
});
