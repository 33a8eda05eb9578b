import { X509Certificate } from "node:crypto";
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { completeEnvFile } from "../../scripts/secrets/env-file.mjs";
import { makeSecrets, secretFiles } from "../../scripts/secrets/make-secrets.mjs";
import { loadConfig } from "../../src/config/load-config.js";
import { makeTempFolder } from "../support/temp-folder.js";

const databaseHost = "postgres:5432";
const modeOf = (file: string) => statSync(file).mode & 0o777;

describe("the secrets of a cluster", () => {
  const folder = path.join(makeTempFolder("secrets"), "secrets");
  const file = (name: string) => path.join(folder, name);
  const text = (name: string) => readFileSync(file(name), "utf8");
  const made = makeSecrets(folder, { databaseHost });

  it("are all made, in a folder that only its owner can enter, and nothing besides", () => {
    expect(made).toEqual(secretFiles);
    expect(readdirSync(folder).sort()).toEqual([...secretFiles].sort());
    expect(modeOf(folder)).toBe(0o700);
    // Whoever runs in a container is not the owner.
    for (const name of secretFiles) expect([name, modeOf(file(name))]).toEqual([name, 0o444]);
  });

  it("differ, and fit each other", () => {
    expect(new Set(secretFiles.filter((name) => name.endsWith(".txt")).map(text)).size).toBe(9);
    expect(text("redis_auth.conf")).toBe(`requirepass ${text("redis_password.txt")}`);
    expect(text("db_url.txt")).toBe(`postgresql://fleet:${text("postgres_password.txt").trim()}@postgres:5432/fleet\n`);
    const [authority, node] = [new X509Certificate(text("nodes_ca.pem")), new X509Certificate(text("node_tls.pem"))];
    expect(node.verify(authority.publicKey)).toBe(true);
    for (const name of ["server-01", "server-02", "server-03", "fleet-node.internal"]) {
      expect(node.checkHost(name)).toBe(name);
    }
    expect(text("tls.pem").startsWith(text("tls_cert.pem"))).toBe(true);
    expect(text("tls_cert.pem")).not.toContain("PRIVATE KEY");
  });

  it("are what the node's configuration takes", () => {
    const names = ["api_key", "web_password", "db_url", "db_encryption_key", "cluster_secret"];
    const env = Object.fromEntries(
      names.map((name) => [
        name === "cluster_secret" ? "FLEET_CLUSTER__SECRET_FILE" : `FLEET_SERVER__${name.toUpperCase()}_FILE`,
        file(`${name}.txt`),
      ]),
    );
    const config = loadConfig({ env: { ...env, FLEET_SERVER__ENCRYPTION_KEY_FILE: file("payload_key.txt") } });
    expect(config.server.encryption_key).toHaveLength(1);
  });

  it("are never made anew, and what is missing is added", () => {
    chmodSync(file("api_key.txt"), 0o644);
    writeFileSync(file("api_key.txt"), "of my own choice\n");
    const before = secretFiles.map((name) => [name, text(name)]);
    expect(makeSecrets(folder, { databaseHost: "elsewhere:5432" })).toEqual([]);
    expect(secretFiles.map((name) => [name, text(name)])).toEqual(before);

    const certificate = text("tls_cert.pem");
    for (const name of ["grafana_password.txt", "tls_cert.pem"]) rmSync(file(name));
    expect(makeSecrets(folder, { databaseHost })).toEqual(["grafana_password.txt", "tls_cert.pem"]);
    expect(text("tls_cert.pem")).toBe(certificate);
  });

  it("may be closed to everybody but their owner", () => {
    const own = makeTempFolder("secrets");
    makeSecrets(own, { databaseHost, mode: 0o600 });
    for (const name of secretFiles) expect([name, modeOf(path.join(own, name))]).toEqual([name, 0o600]);
  });
});

describe("compose's .env", () => {
  const variables = { FLEET_SECRETS: "./secrets", COMPOSE_PROFILES: "full" };

  it.each([
    [null, "FLEET_SECRETS=./secrets\nCOMPOSE_PROFILES=full\n"],
    ["COMPOSE_PROFILES=minimal", "COMPOSE_PROFILES=minimal\nFLEET_SECRETS=./secrets\n"],
    ["# FLEET_SECRETS=x\n", "# FLEET_SECRETS=x\nFLEET_SECRETS=./secrets\nCOMPOSE_PROFILES=full\n"],
    ["FLEET_SECRETS=/a\n COMPOSE_PROFILES = nginx\n", "FLEET_SECRETS=/a\n COMPOSE_PROFILES = nginx\n"],
  ])("of %j keeps what it says and gets what it lacks", (before, after) => {
    const file = path.join(makeTempFolder("env"), ".env");
    if (before !== null) writeFileSync(file, before);
    completeEnvFile(file, variables);
    expect(readFileSync(file, "utf8")).toBe(after);
  });
});
