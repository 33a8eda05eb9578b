import Database from "better-sqlite3";
import { gzipSync } from "node:zlib";
import { type FleetNode, startFleetNode, testCredentials } from "../support/fleet-node.js";
import { type Answer, HttpClient } from "../support/http-client.js";
import { newFernetKey, newPayloadKey } from "../support/keys.js";
import { sampleReport, sealReport } from "../support/simulated-agents.js";
import { makeTempFolder } from "../support/temp-folder.js";

const payloadKey = newPayloadKey();
const databasePath = `${makeTempFolder("data")}/fleet.sqlite3`;
let node: FleetNode;
let agent: HttpClient;
let operator: HttpClient;

beforeAll(async () => {
  node = await startFleetNode({
    config: {
      server: { db_path: databasePath, db_encryption_key: newFernetKey(), encryption_key: payloadKey },
    },
  });
  agent = new HttpClient(node.url, { headers: { "x-api-key": testCredentials.apiKey } });
  operator = new HttpClient(node.url);
  await operator.login(testCredentials.username, testCredentials.password);
}, 60_000);

afterAll(async () => {
  agent.close();
  operator.close();
  await node.stop();
});

const post = (json: unknown) => agent.post("/api/fleet/report", { json });
const postText = (body: string | Buffer, headers: Record<string, string> = {}) =>
  agent.post("/api/fleet/report", { body, headers: { "content-type": "application/json", ...headers } });
const read = async <T>(path: string): Promise<T> => {
  const answer = await operator.get(path);
  expect({ path, status: answer.status }).toEqual({ path, status: 200 });
  return answer.json() as T;
};
interface Machine {
  machine_id: string;
  info: Record<string, unknown>;
  status: string;
  last_seen: string;
  latest_metrics: Record<string, unknown>;
}
interface History {
  history: { timestamp: string; metrics: Record<string, unknown> }[];
}
const machine = (id: string) => read<Machine>(`/api/fleet/machine/${encodeURIComponent(id)}`);
const history = async (id: string) => (await read<History>(`/api/fleet/history/${encodeURIComponent(id)}`)).history;
const now = () => new Date().toISOString();

describe("a report", () => {
  it("is stored before it is answered, and given back whole by every endpoint", async () => {
    const timestamp = now();
    const report = sampleReport("whole", timestamp);
    const answer = await post(report);
    expect([answer.status, answer.json()]).toEqual([200, { status: "ok", e2ee_verified: false, db_key_stored: false }]);

    expect(await machine("whole")).toMatchObject({
      machine_id: "whole",
      status: "online",
      info: { ...(report.machine_info as object), e2ee_enabled: false },
      latest_metrics: report.metrics,
    });
    expect(await machine("SN-whole")).toMatchObject({ machine_id: "whole" });
    expect(await history("whole")).toEqual([{ timestamp, metrics: report.metrics }]);
    const list = await read<{ machines: Machine[]; total: number; next_cursor: string | null }>("/api/fleet/machines");
    expect(list.machines.map((each) => each.machine_id)).toContain("whole");
    const summary = await read<{ online: number; avg_cpu: number }>("/api/fleet/summary");
    expect(summary.online).toBeGreaterThanOrEqual(1);
    expect(summary.avg_cpu).toBeGreaterThanOrEqual(0);
  });

  it("is opened when it comes encrypted", async () => {
    const answer = await post(sealReport(sampleReport("sealed", now()), payloadKey));
    expect([answer.status, answer.json()]).toEqual([200, { status: "ok", e2ee_verified: true, db_key_stored: false }]);
    expect((await machine("sealed")).info).toMatchObject({ hostname: "sealed", e2ee_enabled: true });
  });

  it("may be compressed", async () => {
    const body = gzipSync(JSON.stringify(sampleReport("packed", now())));
    expect((await postText(body, { "content-encoding": "gzip" })).status).toBe(200);
    expect(await machine("packed")).toMatchObject({ machine_id: "packed" });
  });

  it("changes nothing when it is repeated", async () => {
    const report = sampleReport("repeated", now());
    await post(report);
    const before = await machine("repeated");
    expect((await post(report)).status).toBe(200);
    expect(await machine("repeated")).toEqual(before);
    expect(await history("repeated")).toHaveLength(1);
  });

  it.each([
    ["from 2019", "2019-06-01T00:00:00Z"],
    ["from tomorrow", new Date(Date.now() + 86_400_000).toISOString()],
    ["without a timestamp", undefined],
  ])("%s is kept under the time of its arrival, once", async (what, timestamp) => {
    const report = { machine_id: what, metrics: { timestamp, cpu: { percent: 5 } } };
    const before = Date.now();
    expect((await post(report)).status).toBe(200);
    expect((await post(report)).status).toBe(200);
    const samples = await history(what);
    expect(samples).toHaveLength(1);
    expect(Date.parse(samples[0]?.timestamp ?? "")).toBeGreaterThanOrEqual(before);
    expect((await machine(what)).status).toBe("online");
  });

  it("needs nothing but a machine id, which may be any readable text", async () => {
    const id = "Büro/3 'Ost' %2F ☃";
    expect((await post({ machine_id: id })).status).toBe(200);
    expect(await machine(id)).toMatchObject({ machine_id: id, latest_metrics: {} });
    expect(await history(id)).toEqual([]);
  });

  it("keeps unknown members of info and metrics, and drops those beside them", async () => {
    await post({
      machine_id: "talkative",
      secret: "do-not-store-me",
      machine_info: { hostname: "t", gpu: ["a"], __proto__x: 1 },
      metrics: { timestamp: now(), temperatures: { cpu: 40 }, nothing: null },
    });
    const stored = await machine("talkative");
    expect(stored.info).toMatchObject({ gpu: ["a"] });
    expect(stored.latest_metrics).toMatchObject({ temperatures: { cpu: 40 }, nothing: null });
    expect(JSON.stringify(stored)).not.toContain("do-not-store-me");
  });

  it.each([
    ["strings for figures", { cpu: { percent: "12.5" }, memory: "full", disk: { percent: "NaN" } }],
    ["nulls everywhere", { cpu: null, memory: { percent: null }, disk: { percent: null }, network: null }],
    [
      "numbers out of range",
      { cpu: { percent: -5, load_avg: [1e308] }, memory: { percent: 1e300 }, network: { bytes_sent: 1e200 } },
    ],
    ["lists for objects", { cpu: [], memory: [1], disk: [[]], processes: [] }],
  ])("with %s is kept, with those figures absent", async (what, metrics) => {
    await post({
      machine_id: what,
      machine_info: { hostname: null, serial_number: "Unknown" },
      metrics: { ...metrics, timestamp: now() },
    });
    const stored = await machine(what);
    expect(stored.latest_metrics).toMatchObject(metrics);
    expect(await history(what)).toHaveLength(1);
    await read("/api/fleet/summary");
    await read("/api/fleet/machines?sort=-cpu");
    expect((await operator.get("/dashboard")).status).toBe(200);
    expect((await operator.get("/api/fleet/machine/Unknown")).status).toBe(404);
  });

  it("with a number too large for JSON's readers, 1e999, is kept without it", async () => {
    const body = `{"machine_id":"huge","metrics":{"timestamp":"${now()}","cpu":{"percent":1e999}}}`;
    expect((await postText(body)).status).toBe(200);
    expect((await machine("huge")).latest_metrics).toMatchObject({ cpu: { percent: null } });
  });
});

describe("bad input", () => {
  const valid = JSON.stringify({ machine_id: "victim", metrics: { cpu: { percent: 1 } } });
  const deep = (levels: number) => `{"machine_id":"victim","metrics":${'{"a":'.repeat(levels)}1${"}".repeat(levels)}}`;
  const otherKey = newPayloadKey();
  const sealed = sealReport({ machine_id: "victim" }, payloadKey) as { ciphertext: string };
  const truncated = Buffer.from(sealed.ciphertext, "base64").subarray(0, -1).toString("base64");

  it.each<[string, () => Promise<Answer>, number, string]>([
    ["text that is not JSON", () => postText("hello"), 400, "INVALID_JSON"],
    ["an empty body", () => postText(""), 400, "INVALID_JSON"],
    ["bare NaN", () => postText('{"machine_id":"victim","metrics":{"cpu":{"percent":NaN}}}'), 400, "INVALID_JSON"],
    ["a list", () => postText("[]"), 400, "INVALID_REPORT"],
    ["a word as metrics", () => post({ machine_id: "victim", metrics: "fine" }), 400, "INVALID_REPORT"],
    ["no machine id", () => post({ metrics: {} }), 400, "INVALID_MACHINE_ID"],
    ["an empty machine id", () => post({ machine_id: "" }), 400, "INVALID_MACHINE_ID"],
    ["a number as machine id", () => post({ machine_id: 5 }), 400, "INVALID_MACHINE_ID"],
    ["300 characters of machine id", () => post({ machine_id: "x".repeat(300) }), 400, "INVALID_MACHINE_ID"],
    ["two dots as machine id", () => post({ machine_id: ".." }), 400, "INVALID_MACHINE_ID"],
    ["a NUL in the machine id", () => post({ machine_id: "a\0b" }), 400, "INVALID_MACHINE_ID"],
    ["100 levels of nesting", () => postText(deep(100)), 400, "REPORT_TOO_DEEP"],
    ["100,000 levels of nesting", () => postText(deep(100_000)), 400, "REPORT_TOO_DEEP"],
    [
      "a body of 2 MB",
      () => postText(`{"machine_id":"victim","pad":"${"x".repeat(2_000_000)}"}`),
      413,
      "REPORT_TOO_LARGE",
    ],
    [
      "a small body that unpacks to 50 MB",
      () => postText(gzipSync(Buffer.alloc(50_000_000, 0x20)), { "content-encoding": "gzip" }),
      413,
      "REPORT_TOO_LARGE",
    ],
    [
      "damaged gzip",
      () => postText(gzipSync(valid).subarray(0, -9), { "content-encoding": "gzip" }),
      400,
      "INCOMPLETE_BODY",
    ],
    ["an unknown encoding", () => postText(valid, { "content-encoding": "br" }), 415, "UNSUPPORTED_ENCODING"],
    [
      "a form",
      () => postText(valid, { "content-type": "application/x-www-form-urlencoded" }),
      415,
      "UNSUPPORTED_MEDIA_TYPE",
    ],
    ["no API key", () => postText(valid, { "x-api-key": "" }), 401, "INVALID_API_KEY"],
    ["a wrong API key", () => postText(valid, { "x-api-key": "wrong" }), 401, "INVALID_API_KEY"],
    ["another payload key", () => post(sealReport({ machine_id: "victim" }, otherKey)), 400, "DECRYPTION_FAILED"],
    ["truncated ciphertext", () => post({ ...sealed, ciphertext: truncated }), 400, "DECRYPTION_FAILED"],
    ["no ciphertext at all", () => post({ encrypted: true }), 400, "DECRYPTION_FAILED"],
    ["a sealed list", () => post(sealReport([], payloadKey)), 400, "INVALID_REPORT"],
  ])("%s is answered with the right status and code, and nothing is stored", async (_what, send, status, code) => {
    const answer = await send();
    const body = answer.json() as { error: string; code: string; request_id: string };
    expect([answer.status, body.code]).toEqual([status, code]);
    expect(body.error).toMatch(/\w/);
    expect(body.request_id).toBe(answer.headers["x-request-id"]);
    expect((await operator.get("/api/fleet/machine/victim")).status).toBe(404);
  });

  it("says of a failed decryption what agents in the field look for", async () => {
    const answer = await post(sealReport({ machine_id: "victim" }, otherKey));
    expect(answer.json()).toMatchObject({ error: "Decryption failed", e2ee_verified: false });
  });

  it("refuses a large body by a wrong key without reading it first", async () => {
    const answer = await postText("x".repeat(2_000_000), { "x-api-key": "wrong" });
    expect(answer.status).toBe(401);
  });

  it.each([
    ["/api/fleet/machines?limit=0", "INVALID_REQUEST"],
    ["/api/fleet/machines?limit=many", "INVALID_REQUEST"],
    ["/api/fleet/machines?status=tired", "INVALID_REQUEST"],
    ["/api/fleet/machines?sort=colour", "INVALID_REQUEST"],
    ["/api/fleet/machines?cursor=abc", "INVALID_CURSOR"],
    ["/api/fleet/history/whole?from=yesterday", "INVALID_REQUEST"],
    ["/api/fleet/history/whole?limit=-1", "INVALID_REQUEST"],
    ["/api/fleet/machine/%E0%A4%A", "BAD_REQUEST"],
  ])("GET %s is a 400 that says why", async (path, code) => {
    const answer = await operator.get(path);
    expect([answer.status, (answer.json() as { code: string }).code]).toEqual([400, code]);
  });

  it("a machine that does not exist is a 404 for reading, for its history and for deleting", async () => {
    for (const [method, path] of [
      ["GET", "machine"],
      ["GET", "history"],
      ["DELETE", "machine"],
    ] as const) {
      const answer = await operator.request(method, `/api/fleet/${path}/nobody`);
      expect([answer.status, (answer.json() as { code: string }).code]).toEqual([404, "UNKNOWN_MACHINE"]);
    }
  });
});

describe("a locked database", () => {
  it("answers every report within 2 s with 503 and Retry-After, says so once, and holds nobody else up", async () => {
    const other = new Database(databasePath);
    other.exec("BEGIN IMMEDIATE");
    const send = async (id: string) => {
      const startedAt = performance.now();
      const answer = await post(sampleReport(id, now()));
      return { answer, waitedMs: performance.now() - startedAt };
    };
    const first = send("locked-out");
    // One joins the batch that waits for the lock, one gathers behind it.
    await operator.get("/api/fleet/machines?limit=1");
    const second = send("locked-out-too");
    expect((await agent.get("/api/fleet/cluster/health?scope=ingest")).status).toBe(200);
    for (const { answer, waitedMs } of await Promise.all([first, second])) {
      expect([answer.status, (answer.json() as { code: string }).code]).toEqual([503, "BACKEND_UNAVAILABLE"]);
      expect(answer.headers["retry-after"]).toMatch(/^\d+$/);
      expect(waitedMs).toBeLessThan(4_000);
    }
    expect((await send("locked-out-still")).answer.status).toBe(503);
    expect((await agent.get("/api/fleet/cluster/health?scope=ingest")).status).toBe(200);
    expect(node.output.match(/Reports cannot be committed.*database is locked/g)).toHaveLength(1);

    const patient = send("patient");
    other.exec("ROLLBACK");
    other.close();
    expect((await patient).answer.status).toBe(200);
    await node.process.waitForLine(/Reports are committed again/);
    expect((await operator.get("/api/fleet/machine/locked-out")).status).toBe(404);
  });
});

describe("the fleet", () => {
  it("is paged through without losing or repeating a machine", async () => {
    for (let index = 0; index < 7; index++) await post({ machine_id: `page-${index}` });
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const query: string = `limit=3&q=page-&sort=-last_seen${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`;
      const page: { machines: Machine[]; total: number; next_cursor: string | null } = await read(
        `/api/fleet/machines?${query}`,
      );
      expect(page.total).toBe(7);
      seen.push(...page.machines.map((each) => each.machine_id));
      cursor = page.next_cursor;
    }
    expect(seen.toSorted()).toEqual(Array.from({ length: 7 }, (_, index) => `page-${index}`));
  });

  it("is listed in pages of bearable size, however much its machines say", async () => {
    const large = { pad: "x".repeat(900_000) };
    for (let index = 0; index < 12; index++) {
      expect((await post({ machine_id: `large-${index}`, machine_info: large })).status).toBe(200);
    }
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const answer = await operator.get(`/api/fleet/machines?q=large-&limit=1000${cursor && `&cursor=${cursor}`}`);
      expect(answer.text.length).toBeLessThan(8_000_000);
      const page = answer.json() as { machines: Machine[]; next_cursor: string | null };
      seen.push(...page.machines.map((each) => each.machine_id));
      cursor = page.next_cursor;
    }
    expect(new Set(seen).size).toBe(12);
    expect(seen).toHaveLength(12);
    expect((await operator.get("/dashboard")).text.length).toBeLessThan(1_000_000);
  });

  it("forgets a machine that an admin deletes", async () => {
    await post(sampleReport("deleted", now()));
    expect((await operator.request("DELETE", "/api/fleet/machine/deleted")).status).toBe(204);
    expect((await operator.get("/api/fleet/machine/deleted")).status).toBe(404);
  });

  it("lies encrypted on disk: no document or serial number can be read there", async () => {
    await post(sampleReport("classified-id", now()));
    const content = contentOf(databasePath);
    expect(content).toContain("classified-id");
    expect(content).not.toContain("SN-classified-id");
    expect(content).not.toContain("load_avg");
    expect(content).not.toContain("x86_64");
    expect(content).toContain("gAAAAA");
  });

  it("keeps names, addresses and tags unreadable too from when that is chosen, and finds whole ones", async () => {
    const server = { db_path: `${makeTempFolder("data")}/fleet.sqlite3`, db_encryption_key: newFernetKey() };
    const info = { hostname: "covert-host", computer_name: "covert-name", local_ip: "10.66.0.1", tags: ["covert-tag"] };
    const report = async (hide_names: boolean, query: string) => {
      const one = await startFleetNode({ config: { server, machines: { hide_names } } });
      const client = new HttpClient(one.url, { headers: { "x-api-key": testCredentials.apiKey } });
      const json = { machine_id: "an-id", machine_info: info, metrics: { timestamp: now() } };
      expect((await client.post("/api/fleet/report", { json })).status).toBe(200);
      await client.login(testCredentials.username, testCredentials.password);
      const found = await client.get(`/api/fleet/machines?q=${query}`);
      client.close();
      await one.stop();
      return (found.json() as { machines: Machine[] }).machines.map((each) => each.machine_id);
    };
    await report(false, "an-id");
    expect(contentOf(server.db_path)).toContain("covert-host");

    // The info is the same; only the setting has changed.
    expect(await report(true, "Covert-Host")).toEqual(["an-id"]);
    const content = contentOf(server.db_path);
    expect(content).toContain("an-id");
    expect(content).not.toMatch(/covert|10\.66\.0\.1/);
  }, 60_000);
});

function contentOf(path: string): string {
  const db = new Database(path, { readonly: true });
  const tables = db.prepare<unknown[], string>("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all();
  const content = tables.map((table) => JSON.stringify(db.prepare(`SELECT * FROM ${table}`).all())).join("\n");
  db.close();
  return content;
}
