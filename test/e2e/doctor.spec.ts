import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { stringify } from "yaml";
import { startProcess } from "../support/child-process.js";
import { startFleetNode } from "../support/fleet-node.js";
import { freePort } from "../support/free-port.js";
import { newFernetKey } from "../support/keys.js";
import { projectRoot } from "../support/project-root.js";
import { makeTempFolder } from "../support/temp-folder.js";

interface Report {
  readonly status: string;
  readonly checks: readonly { name: string; status: string; summary: string; fix?: string }[];
}

const LINE = /^(ok {7}\S+: .+|(warning|failure) {2}\S+: .+\. Fix: .+)$/;

/** The command and how it ended. */
async function run(...args: string[]): Promise<{ code: number | null; output: string }> {
  return runWith({}, ...args);
}

async function runWith(env: NodeJS.ProcessEnv, ...args: string[]): Promise<{ code: number | null; output: string }> {
  const command = startProcess(process.execPath, [path.join(projectRoot, "dist/main.js"), ...args], {
    env: { ...process.env, ...env },
  });
  const { code } = await command.exited;
  return { code, output: command.output };
}

async function report(configFile: string): Promise<{ code: number | null; document: Report }> {
  const { code, output } = await run("doctor", "--json", "--config", configFile);
  return { code, document: JSON.parse(output) as Report };
}

function writeConfig(server: Record<string, unknown>): string {
  const file = path.join(makeTempFolder("doctor"), "config.yaml");
  const required = { api_key: "an-api-key-for-tests", web_password: "a password for tests" };
  writeFileSync(file, stringify({ server: { ...required, ...server } }), { mode: 0o600 });
  return file;
}

/** Not the log's index, which every reader notes itself in. */
function bytesIn(folder: string): Record<string, string> {
  const files = readdirSync(folder).filter((name) => name.startsWith("fleet.sqlite3"));
  return Object.fromEntries(
    files.map((name) => [name, name.endsWith("-shm") ? "" : readFileSync(path.join(folder, name)).toString("base64")]),
  );
}

describe("fleet-server doctor", () => {
  it("finds a node's database well while it serves and after it has stopped, and changes nothing", async () => {
    const folder = makeTempFolder("doctor");
    const key = newFernetKey();
    const node = await startFleetNode({
      config: {
        server: { db_path: path.join(folder, "fleet.sqlite3"), db_encryption_key: key },
        cluster: { enabled: true, node_id: "web-1", heartbeat_interval: 0.5, node_timeout: 10 },
      },
    });
    const serving = await run("doctor", "--url", node.url, "--config", node.configFile);
    expect(serving.code).toBe(0);
    const lines = serving.output.trimEnd().split("\n");
    expect(lines.filter((line) => !LINE.test(line) || line.startsWith("failure"))).toEqual([]);
    expect(lines.map((line) => line.split(/\s+/)[1])).toContain("database.integrity:");
    expect(serving.output).toMatch(/^ok {7}node\.probe: node web-1 is healthy/m);
    expect(serving.output).toMatch(/^ok {7}load-balancer\.probe: node web-1 is healthy/m);
    expect(serving.output).toMatch(/^ok {7}cluster\.nodes: running: web-1$/m);
    expect(serving.output).toMatch(/^ok {7}cluster\.settings: /m);
    const free = await freePort();
    const env = { FLEET_SESSIONS__TTL: "7200", FLEET_MONITORING__ENABLED: "true", FLEET_MONITORING__PORT: `${free}` };
    const differing = await runWith(env, "doctor", "--config", node.configFile);
    expect(differing.output).toMatch(/^warning {2}cluster\.settings: this configuration has .*: sessions\.ttl/m);
    expect(differing.output).toContain(`monitoring.port: 127.0.0.1:${free} is free`);

    await node.stop();
    const before = bytesIn(folder);
    const { code, document } = await report(node.configFile);
    expect([code, document.status]).toEqual([0, "warning"]);
    const odd = document.checks.filter(({ status, fix }) => status !== "ok" || fix !== undefined);
    expect(odd.map(({ name, summary }) => [name, summary])).toEqual([
      ["node.probe", `no node runs here (127.0.0.1:${node.port})`],
    ]);
    expect(bytesIn(folder)).toEqual(before);
    expect(Object.keys(before)).toEqual(["fleet.sqlite3"]);
    expect(JSON.stringify(document) + serving.output).not.toContain(key);
  });

  it("ends with 0 where there is nothing but warnings, and makes nothing", async () => {
    const configFile = writeConfig({
      db_path: path.join(makeTempFolder("doctor"), "data/fleet.sqlite3"),
      port: await freePort(),
    });
    const { code, document } = await report(configFile);
    expect([code, document.status]).toEqual([0, "warning"]);
    expect(document.checks.filter(({ status }) => status !== "ok").map(({ name }) => name)).toEqual([
      "configuration",
      "node.probe",
    ]);
  });

  it("ends with 1, in the words that end the start, where the database cannot be used", async () => {
    const file = path.join(makeTempFolder("doctor"), "notes.txt");
    writeFileSync(file, "Not a database.\n".repeat(100));
    const configFile = writeConfig({ db_path: file, port: await freePort() });
    const { code, document } = await report(configFile);
    expect([code, document.status]).toEqual([1, "failure"]);
    const faults = document.checks.filter(({ status }) => status === "failure");
    expect(faults.map(({ name }) => name)).toEqual(["database.format"]);
    const started = await run("start", "--config", configFile);
    expect(started.code).toBe(1);
    expect(started.output).toContain(`${faults[0]?.summary ?? ""}; ${faults[0]?.fix ?? ""}\n`);
    expect(started.output).not.toMatch(/\.js:\d+/);
  });

  it("ends with 1 where PostgreSQL does not answer, and tells no password", async () => {
    const url = `postgresql://fleet:a-secret-password@127.0.0.1:${await freePort()}/fleet`;
    const { code, output } = await run("doctor", "--config", writeConfig({ db_backend: "postgresql", db_url: url }));
    expect(code).toBe(1);
    expect(output).toMatch(
      /^failure {2}database\.connection: PostgreSQL cannot be reached .*ECONNREFUSED.*Fix: start/m,
    );
    expect(output).toMatch(/^warning {2}database\.keys: not examined: database\.connection stands in the way/m);
    expect(output).not.toContain("a-secret-password");
  });

  it("ends with 78, and the mistakes, where the configuration is wrong", async () => {
    const configFile = writeConfig({ port: "a-port", db_bakend: "sqlite" });
    const { code, document } = await report(configFile);
    expect([code, document.status]).toEqual([78, "failure"]);
    expect(document.checks.map(({ name, status }) => [name, status])).toEqual(
      Array.from({ length: 2 }, () => ["configuration", "failure"]),
    );
    const lines = await run("doctor", "--config", configFile);
    expect(lines.code).toBe(78);
    for (const { summary } of document.checks) expect(lines.output).toContain(`failure  configuration: ${summary}`);
    expect(lines.output).toMatch(/server\.db_bakend: .*db_backend/);
  });

  it("ends with 78 for an option that it does not have", async () => {
    expect((await run("doctor", "--jsn")).code).toBe(78);
  });
});
