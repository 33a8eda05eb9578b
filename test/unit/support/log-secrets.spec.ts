import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { startProcess } from "../../support/child-process.js";
import { assertTellsNoSecret, keepSecret, keepSecretsOf, toldSecrets } from "../../support/log-secrets.js";
import { makeTempFolder } from "../../support/temp-folder.js";

const API_KEY = `fleet_${"Ab1-_".repeat(9).slice(0, 43)}`;

describe("secrets in a log", () => {
  keepSecret("a payload key", "an odd/key+of=bytes");
  keepSecretsOf({
    server: { api_key: ["first-agent-key", "second-agent-key"], db_url: "postgresql://fleet:db%20password@host/fleet" },
    FLEET_CLUSTER__SECRET: "the cluster's secret",
    host: "not-a-secret-at-all",
  });

  it.each([
    ["an API key by its form", `created ${API_KEY}`, "an API key"],
    ["a session cookie", "cookie s%3A0123456789abcdefghij.0123456789abcdefghijklmnop", "a session cookie"],
    ["a password in an address", "cannot reach redis://:letmein@localhost:6379", "a password in an address"],
    ["a hash of a password", "INSERT ... $argon2id$v=19$m=19456", "a hash of a password"],
    ["a key as it is", 'body: {"key":"an odd/key+of=bytes"}', "a payload key"],
    ["a key in an address", "GET /?key=an%20odd%2Fkey%2Bof%3Dbytes", "a payload key"],
    ["a key in base64", Buffer.from("an odd/key+of=bytes").toString("base64"), "a payload key"],
    ["any key of a list", "the key second-agent-key is wrong", "api_key"],
    ["the password of an address", "password is db password", "db_url"],
    ["a secret of the environment", "derived from the cluster's secret", "FLEET_CLUSTER__SECRET"],
  ])("are found: %s", (_what, line, what) => {
    expect(toldSecrets(`nothing here\n${line}\n`)).toEqual([`line 2: ${what}`]);
  });

  it.each([
    "Fleet server started on 127.0.0.1:8768 (HTTP)",
    "GET /api/fleet/machines 200",
    "postgresql://fleet:***@host/fleet, https://server-01.example.com:8768",
    "not-a-secret-at-all, fleet_data.sqlite3, fleet_Qx7vZa",
  ])("are not seen in what is none: %s", (line) => {
    expect(toldSecrets(line)).toEqual([]);
  });

  it("are found in what a process has said by its end, and not repeated", async () => {
    const folder = path.join(makeTempFolder("telltale"), "dist");
    mkdirSync(folder);
    const script = path.join(folder, "telltale.mjs");
    writeFileSync(script, `console.error("starting"); console.log("first-agent-key");`);
    const process_ = startProcess(process.execPath, [script], { name: "the telltale" });
    await process_.exited;
    const look = () => {
      assertTellsNoSecret(process_.name, process_.output);
    };
    expect(look).toThrow(/the telltale told secrets in its log: line \d: api_key/);
    expect(look).not.toThrow(/first-agent-key/);
  });
});
