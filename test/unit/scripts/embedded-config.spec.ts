import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ensureEmbeddedConfig } from "../../../scripts/start/embedded-config.mjs";
import { loadConfig } from "../../../src/config/load-config.js";
import { projectRoot } from "../../support/project-root.js";
import { makeTempFolder } from "../../support/temp-folder.js";

const modeOf = (file: string) => statSync(file).mode & 0o777;

describe("the configuration that npm start makes", () => {
  it("lies in a folder that only its owner can enter, in a file that only its owner can read", () => {
    const data = path.join(makeTempFolder("start"), "data");
    const { file } = ensureEmbeddedConfig(projectRoot, data);
    expect(file).toBe(path.join(data, "config.yaml"));
    expect(modeOf(data)).toBe(0o700);
    expect(modeOf(file)).toBe(0o600);
  });

  it("is one that the server accepts, with every key set and the data beside it", () => {
    const data = path.join(makeTempFolder("start"), "data");
    const { file, username, password, created } = ensureEmbeddedConfig(projectRoot, data);
    const { server, sessions, cluster } = loadConfig({ file, env: {} });
    expect(created).toBe(true);
    expect(server).toMatchObject({ host: "127.0.0.1", port: 8768, drain_seconds: 0 });
    expect(server).toMatchObject({ web_username: username, web_password: password });
    expect(server.api_key[0]).toMatch(/^[\w-]{32}$/);
    expect(server.db_encryption_key).toHaveLength(1);
    expect(server.encryption_key).toHaveLength(1);
    expect([server.db_path, sessions.session_dir, cluster.state_path].map((place) => path.dirname(place))).toEqual([
      data,
      data,
      data,
    ]);
  });

  it("keeps the default folder movable with the checkout", () => {
    const root = makeTempFolder("checkout");
    const { file } = ensureEmbeddedConfig(root, undefined);
    expect(file).toBe(path.join(root, "data/config.yaml"));
    expect(loadConfig({ file, env: {} }).server.db_path).toBe("data/fleet_data.sqlite3");
  });

  it("is never overwritten, and its password is not known a second time", () => {
    const data = path.join(makeTempFolder("start"), "data");
    const first = ensureEmbeddedConfig(projectRoot, data);
    const text = readFileSync(first.file, "utf8");
    expect(ensureEmbeddedConfig(projectRoot, data)).toEqual({ ...first, created: false, password: "" });
    expect(readFileSync(first.file, "utf8")).toBe(text);
  });

  it("leaves a file alone that somebody else put there", () => {
    const data = makeTempFolder("start");
    mkdirSync(data, { recursive: true });
    writeFileSync(path.join(data, "config.yaml"), "mine: true\n");
    expect(ensureEmbeddedConfig(projectRoot, data).created).toBe(false);
    expect(readFileSync(path.join(data, "config.yaml"), "utf8")).toBe("mine: true\n");
  });

  it("has other keys every time", () => {
    const keysOf = () => {
      const { file } = ensureEmbeddedConfig(projectRoot, makeTempFolder("start"));
      const { server } = loadConfig({ file, env: {} });
      return [server.api_key[0], server.web_password, server.db_encryption_key[0], server.encryption_key[0]];
    };
    const keys = [...keysOf(), ...keysOf()];
    expect(new Set(keys).size).toBe(8);
  });
});
