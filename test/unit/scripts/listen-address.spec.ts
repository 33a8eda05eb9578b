import { writeFileSync } from "node:fs";
import path from "node:path";
import { readListenAddress } from "../../../scripts/start/listen-address.mjs";
import { loadConfig } from "../../../src/config/load-config.js";
import { makeTempFolder } from "../../support/temp-folder.js";

const required = "api_key: an-api-key-for-tests, web_password: a-password-for-tests";

function writeConfig(text: string): string {
  const file = path.join(makeTempFolder("config"), "config.yaml");
  writeFileSync(file, text);
  return file;
}

describe("the address read ahead of the configuration", () => {
  it.each([
    ["the defaults", `server: { ${required} }`, {}],
    ["the file", `server: { host: 0.0.0.0, port: 9000, ${required} }`, {}],
    ["the file with a quoted host", `server: { host: "::1", port: 9000, ${required} }`, {}],
    [
      "the environment",
      `server: { port: 9000, ${required} }`,
      { FLEET_SERVER__PORT: "9001", FLEET_SERVER__HOST: "::" },
    ],
    ["the file where a variable is empty", `server: { port: 9000, ${required} }`, { FLEET_SERVER__PORT: "" }],
  ])("is what the node takes from %s", async (_case, text, env) => {
    const file = writeConfig(text);
    const { host, port } = loadConfig({ file, env }).server;
    expect(await readListenAddress(file, env)).toEqual({ host, port });
  });

  it.each([
    ["no YAML", "server: [", {}],
    ["no port", "server: { port: http }", {}],
    ["a port out of range", "server: { port: 70000 }", {}],
    ["a host that is a list", "server: { host: [a] }", {}],
    ["an odd variable", "server: { port: 9000 }", { FLEET_SERVER__PORT: "many" }],
  ])("is left to the node when there is %s", async (_case, text, env) => {
    expect(await readListenAddress(writeConfig(text), env)).toBeNull();
  });

  it("is left to the node when there is no file", async () => {
    expect(await readListenAddress(path.join(makeTempFolder("config"), "config.yaml"), {})).toBeNull();
  });
});
