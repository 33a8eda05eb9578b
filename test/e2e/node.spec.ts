import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname } from "node:path";
import { connect as connectTls } from "node:tls";
import { makeCertificates } from "../support/certificates.js";
import { startProcess } from "../support/child-process.js";
import { launchFleetNode, startFleetNode, testCredentials } from "../support/fleet-node.js";
import { freePort } from "../support/free-port.js";
import { HttpClient } from "../support/http-client.js";
import { newFernetKey, newPayloadKey } from "../support/keys.js";
import { projectRoot } from "../support/project-root.js";
import { startRedis } from "../support/redis-server.js";
import { sampleReport } from "../support/simulated-agents.js";
import { makeTempFolder } from "../support/temp-folder.js";
import { waitFor } from "../support/wait-for.js";

interface LogLine {
  level: string;
  msg: string;
}

const messages = (output: string, level = "INFO") =>
  output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as LogLine)
    .filter((line) => line.level === level)
    .map((line) => line.msg);

describe("starting a node", () => {
  it("says in the log what it uses, in the promised words and order", async () => {
    const redis = await startRedis();
    const certificates = makeCertificates();
    const node = await startFleetNode({
      config: {
        server: { db_encryption_key: newFernetKey(), encryption_key: newPayloadKey() },
        ssl: { cert_file: certificates.certFile, key_file: certificates.keyFile },
        cluster: { enabled: true, backend: "redis", node_id: "server-01-abc123", redis_port: redis.port },
        sessions: { backend: "redis", redis: { port: redis.port } },
      },
    });
    const promised = [
      "Using ENCRYPTED database storage",
      "End-to-end payload encryption ENABLED (AES-256-GCM)",
      "Cluster mode ENABLED (node: server-01-abc123, backend: redis)",
      "Registered node in cluster: server-01-abc123",
      "Heartbeat started (interval: 10s)",
      `Fleet server started on 127.0.0.1:${node.port} (HTTPS)`,
    ];
    expect(messages(node.output).filter((message) => promised.includes(message))).toEqual(promised);
    expect(await node.stop()).toEqual({ code: 0, signal: null });
  });

  it("never shows a secret in its log", async () => {
    const secrets = { db_encryption_key: newFernetKey(), encryption_key: newPayloadKey() };
    const node = await startFleetNode({ config: { server: secrets, logging: { format: "json", level: "trace" } } });
    const client = new HttpClient(node.url);
    await client.login(testCredentials.username, testCredentials.password);
    await client.post("/login", { json: { username: "admin", password: "a wrong password" } });
    await client.get("/api/fleet/machines?q=searched-for");
    await client.post("/api/fleet/report", { json: {}, headers: { "x-api-key": testCredentials.apiKey } });
    await node.stop();
    const cookie = client.cookies.get("fleet_session") ?? "no cookie";
    for (const secret of [
      ...Object.values(secrets),
      ...Object.values(testCredentials).slice(0, 1),
      testCredentials.password,
      "a wrong password",
      cookie,
      "searched-for",
    ]) {
      expect(node.output).not.toContain(secret);
    }
    client.close();
  });

  it("ends with 78 and every mistake in the configuration at once", async () => {
    const node = await launchFleetNode({
      config: { server: { prot: 1, api_key: "short", db_encryption_key: "not a key" }, cluster: { backend: "reddis" } },
    });
    expect(await node.exited).toEqual({ code: 78, signal: null });
    expect(node.output).toMatch(/config\.yaml:\d+: server\.prot: .*server\.port/);
    expect(node.output).toMatch(/server\.db_encryption_key.*keys generate/);
    expect(node.output).toMatch(/cluster\.backend/);
  });

  it("names the port that is taken, and how to get around it", async () => {
    const port = await freePort();
    const other = createServer().listen(port, "127.0.0.1");
    const node = await launchFleetNode({ config: { server: { port } } });
    expect(await node.exited).toEqual({ code: 1, signal: null });
    expect(node.output).toContain(String(port));
    expect(node.output).toContain("server.port");
    other.close();
  });

  it("does not take the place of the node that runs, when it is started a second time by mistake", async () => {
    const first = await startFleetNode({
      config: {
        server: { db_encryption_key: newFernetKey() },
        cluster: { enabled: true, backend: "file", heartbeat_interval: 0.2, node_timeout: 1 },
      },
    });
    const second = startProcess(process.execPath, [`${projectRoot}/dist/main.js`, "--config", first.configFile], {
      cwd: dirname(first.configFile),
    });
    expect(await second.exited).toEqual({ code: 1, signal: null });
    expect(second.output).not.toContain("Registered");
    const client = new HttpClient(first.url);
    await client.login(testCredentials.username, testCredentials.password);
    const beats = async () =>
      ((await client.get("/api/fleet/cluster/status")).json() as { nodes: { last_heartbeat: string }[] }).nodes[0]
        ?.last_heartbeat;
    const before = await beats();
    await waitFor(async () => (await beats()) !== before, { what: "the first node's next heartbeat" });
    client.close();
    expect(await first.stop()).toEqual({ code: 0, signal: null });
  });

  it("says which file is no database, and why", async () => {
    const db_path = `${makeTempFolder("garbage")}/fleet.sqlite3`;
    writeFileSync(db_path, "this is not a database, but long enough to be looked at as one ".repeat(100));
    const node = await launchFleetNode({ config: { server: { db_path } } });
    expect(await node.exited).toEqual({ code: 1, signal: null });
    expect(node.output).toContain(db_path);
    expect(node.output).toContain("not a database");
    expect(node.output).not.toMatch(/^\s+at /m);
  });

  it("refuses a database that its key does not open, with 78", async () => {
    const db_path = `${makeTempFolder("keys")}/fleet.sqlite3`;
    const first = await startFleetNode({ config: { server: { db_path, db_encryption_key: newFernetKey() } } });
    await first.stop();
    const second = await launchFleetNode({ config: { server: { db_path, db_encryption_key: newFernetKey() } } });
    expect(await second.exited).toEqual({ code: 78, signal: null });
    expect(second.output).toContain("server.db_encryption_key");
  });

  it("hashes in a thread pool of the configured size, and dies with the process that was started", async () => {
    const node = await startFleetNode({ config: { server: { thread_pool_size: 2 } } });
    const children = readFileSync(`/proc/${node.pid}/task/${node.pid}/children`, "utf8").trim();
    expect(readFileSync(`/proc/${children}/environ`, "utf8")).toContain("UV_THREADPOOL_SIZE=2");
    await node.kill();
    const client = new HttpClient(node.url);
    await waitFor(
      () =>
        client.get("/health/live").then(
          () => false,
          () => true,
        ),
      { what: "the node to be gone" },
    );
    client.close();
  });
});

describe("a running node", () => {
  it("takes the caller's request id and returns it, in errors too", async () => {
    const node = await startFleetNode();
    const client = new HttpClient(node.url);
    const given = await client.get("/api/fleet/machines", { headers: { "x-request-id": "trace-42" } });
    expect(given.headers["x-request-id"]).toBe("trace-42");
    expect(given.json()).toEqual({
      error: expect.any(String) as string,
      code: "UNAUTHENTICATED",
      request_id: "trace-42",
    });
    const made = await client.get("/health/live", { headers: { "x-request-id": "not fit\tfor a log" } });
    expect(made.headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
    const missing = await client.get("/api/nothing");
    expect([missing.status, (missing.json() as { code: string }).code]).toEqual([404, "NOT_FOUND"]);
    client.close();
    await node.stop();
  });

  it("takes a renewed certificate into use without a restart", async () => {
    const [old, renewed] = [makeCertificates(), makeCertificates()];
    const node = await startFleetNode({ config: { ssl: { cert_file: old.certFile, key_file: old.keyFile } } });
    const fingerprint = () =>
      new Promise<string>((resolve, reject) => {
        const socket = connectTls({ port: node.port, host: "127.0.0.1", rejectUnauthorized: false }, () => {
          resolve(socket.getPeerCertificate().fingerprint256);
          socket.destroy();
        });
        socket.on("error", reject);
      });
    const before = await fingerprint();
    // One file at a time, as renewals do it: a pair that does not fit is not used.
    writeFileSync(old.certFile, readFileSync(renewed.certFile));
    writeFileSync(old.keyFile, readFileSync(renewed.keyFile));
    await waitFor(async () => (await fingerprint()) !== before, { what: "the new certificate" });
    await node.stop();
  });

  it("answers probes while it drains with 503, finishes what it took, and closes its connections", async () => {
    const node = await startFleetNode({ config: { server: { drain_seconds: 2 } } });
    const client = new HttpClient(node.url, { headers: { "x-api-key": testCredentials.apiKey } });
    expect((await client.get("/api/fleet/cluster/health")).status).toBe(200);
    const stopped = node.stop();
    const draining = await waitFor(
      async () => {
        const answer = await client.get("/api/fleet/cluster/health");
        return answer.status === 503 ? answer : undefined;
      },
      { what: "the probe to fail" },
    );
    expect(draining.json()).toMatchObject({
      status: "unhealthy",
      node_id: node.nodeId,
      reason: expect.stringContaining("draining") as string,
    });
    const report = await client.post("/api/fleet/report", { json: sampleReport("late", new Date().toISOString()) });
    expect([report.status, report.headers.connection]).toEqual([200, "close"]);
    expect((await client.get("/health/live")).status).toBe(200);
    expect((await client.get("/health/ready")).status).toBe(503);
    expect(await stopped).toEqual({ code: 0, signal: null });
    client.close();
  });

  it("is ready, by Terminus, with each dependency up", async () => {
    const node = await startFleetNode();
    const client = new HttpClient(node.url);
    const ready = await client.get("/health/ready");
    expect([ready.status, ready.json()]).toEqual([
      200,
      expect.objectContaining({
        status: "ok",
        details: {
          node: { status: "up" },
          database: { status: "up" },
          session_store: { status: "up" },
        },
      }),
    ]);
    const standalone = new HttpClient(node.url);
    await standalone.login(testCredentials.username, testCredentials.password);
    expect((await standalone.get("/api/fleet/cluster/status")).json()).toMatchObject({
      enabled: false,
      mode: "standalone",
    });
    standalone.close();
    client.close();
    await node.stop();
  });
});

describe("a node whose Redis is away", () => {
  it("keeps trying, says so by its probe, takes reports meanwhile, and joins when Redis comes", async () => {
    const redis = await startRedis();
    await redis.stop();
    const redisAt = { port: redis.port };
    const node = await startFleetNode({
      config: {
        server: { db_encryption_key: newFernetKey() },
        cluster: { enabled: true, backend: "redis", redis_port: redis.port, heartbeat_interval: 1, node_timeout: 3 },
        sessions: { backend: "redis", redis: redisAt },
      },
    });
    const client = new HttpClient(node.url);
    const probe = await client.get("/api/fleet/cluster/health");
    expect(probe.status).toBe(503);
    expect(probe.json()).toMatchObject({
      status: "unhealthy",
      node_id: node.nodeId,
      reason: expect.any(String) as string,
    });
    expect((await client.get("/api/fleet/cluster/health?scope=ingest")).status).toBe(200);
    const headers = { "x-api-key": testCredentials.apiKey };
    const report = sampleReport("while-away", new Date().toISOString());
    expect((await client.post("/api/fleet/report", { json: report, headers })).status).toBe(200);
    const login = await client.post("/login", {
      json: { username: testCredentials.username, password: testCredentials.password },
    });
    expect([login.status, login.headers["retry-after"]]).toEqual([503, expect.stringMatching(/^\d+$/)]);
    expect(node.output).not.toContain("Registered node in cluster");

    await redis.start();
    await waitFor(async () => (await client.get("/api/fleet/cluster/health")).status === 200, {
      what: "the node to be healthy",
    });
    expect(messages(node.output)).toContain(`Registered node in cluster: ${node.nodeId}`);
    await client.login(testCredentials.username, testCredentials.password);

    // A session store that is away is a 503, never a logout.
    redis.freeze();
    await waitFor(async () => (await client.get("/api/fleet/machines")).status === 503, {
      what: "503 from a frozen Redis",
    });
    redis.resume();
    await waitFor(async () => (await client.get("/api/fleet/machines")).status === 200, { what: "the session again" });
    client.close();
    await node.stop();
  });
});
