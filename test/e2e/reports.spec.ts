import Database from "better-sqlite3";
import { gzipSync } from "node:zlib";
import { sampleReport, sealReport } from "../support/simulated-agents.js";
import { ReportingNode, type ShownPage, now, payloadKey } from "./reporting-node.js";

let fleet: ReportingNode;

beforeAll(async () => {
  fleet = await ReportingNode.start();
});

describe("a report", () => {
  it("is stored before it is answered, and given back whole by every endpoint", async () => {
    const timestamp = now();
    const report = sampleReport("whole", timestamp);
    const answer = await fleet.report(report);
    expect([answer.status, answer.json()]).toEqual([200, { status: "ok", e2ee_verified: false, db_key_stored: false }]);

    expect(await fleet.machine("whole")).toMatchObject({
      machine_id: "whole",
      status: "online",
      info: { ...(report.machine_info as object), e2ee_enabled: false },
      latest_metrics: report.metrics,
    });
    expect(await fleet.machine("SN-whole")).toMatchObject({ machine_id: "whole" });
    expect(await fleet.history("whole")).toEqual([{ timestamp, metrics: report.metrics }]);
    const list = await fleet.read<ShownPage>("/api/fleet/machines");
    expect(list.machines.map((each) => each.machine_id)).toContain("whole");
    const summary = await fleet.read<{ online: number; avg_cpu: number }>("/api/fleet/summary");
    expect(summary.online).toBeGreaterThanOrEqual(1);
    expect(summary.avg_cpu).toBeGreaterThanOrEqual(0);
  });

  it("is opened when it comes encrypted", async () => {
    const answer = await fleet.report(sealReport(sampleReport("sealed", now()), payloadKey));
    expect([answer.status, answer.json()]).toEqual([200, { status: "ok", e2ee_verified: true, db_key_stored: false }]);
    expect((await fleet.machine("sealed")).info).toMatchObject({ hostname: "sealed", e2ee_enabled: true });
  });

  it("may be compressed", async () => {
    const body = gzipSync(JSON.stringify(sampleReport("packed", now())));
    expect((await fleet.reportText(body, { "content-encoding": "gzip" })).status).toBe(200);
    expect(await fleet.machine("packed")).toMatchObject({ machine_id: "packed" });
  });

  it("changes nothing when it is repeated", async () => {
    const report = sampleReport("repeated", now());
    await fleet.report(report);
    const before = await fleet.machine("repeated");
    expect((await fleet.report(report)).status).toBe(200);
    expect(await fleet.machine("repeated")).toEqual(before);
    expect(await fleet.history("repeated")).toHaveLength(1);
  });

  it.each([
    ["from 2019", "2019-06-01T00:00:00Z"],
    ["from tomorrow", new Date(Date.now() + 86_400_000).toISOString()],
    ["without a timestamp", undefined],
  ])("%s is kept under the time of its arrival, once", async (what, timestamp) => {
    const report = { machine_id: what, metrics: { timestamp, cpu: { percent: 5 } } };
    const before = Date.now();
    expect((await fleet.report(report)).status).toBe(200);
    expect((await fleet.report(report)).status).toBe(200);
    const samples = await fleet.history(what);
    expect(samples).toHaveLength(1);
    expect(Date.parse(samples[0]?.timestamp ?? "")).toBeGreaterThanOrEqual(before);
    expect((await fleet.machine(what)).status).toBe("online");
  });

  it("needs nothing but a machine id, which may be any readable text", async () => {
    const id = "Büro/3 'Ost' %2F ☃";
    expect((await fleet.report({ machine_id: id })).status).toBe(200);
    expect(await fleet.machine(id)).toMatchObject({ machine_id: id, latest_metrics: {} });
    expect(await fleet.history(id)).toEqual([]);
  });

  it("keeps unknown members of info and metrics, and drops those beside them", async () => {
    await fleet.report({
      machine_id: "talkative",
      secret: "do-not-store-me",
      machine_info: { hostname: "t", gpu: ["a"], __proto__x: 1 },
      metrics: { timestamp: now(), temperatures: { cpu: 40 }, nothing: null },
    });
    const stored = await fleet.machine("talkative");
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
    await fleet.report({
      machine_id: what,
      machine_info: { hostname: null, serial_number: "Unknown" },
      metrics: { ...metrics, timestamp: now() },
    });
    const stored = await fleet.machine(what);
    expect(stored.latest_metrics).toMatchObject(metrics);
    expect(await fleet.history(what)).toHaveLength(1);
    await fleet.read("/api/fleet/summary");
    await fleet.read("/api/fleet/machines?sort=-cpu");
    expect((await fleet.operator.get("/dashboard")).status).toBe(200);
    expect((await fleet.operator.get("/api/fleet/machine/Unknown")).status).toBe(404);
  });

  it("with a number too large for JSON's readers, 1e999, is kept without it", async () => {
    const body = `{"machine_id":"huge","metrics":{"timestamp":"${now()}","cpu":{"percent":1e999}}}`;
    expect((await fleet.reportText(body)).status).toBe(200);
    expect((await fleet.machine("huge")).latest_metrics).toMatchObject({ cpu: { percent: null } });
  });
});

describe("a locked database", () => {
  it("answers every report within 2 s with 503 and Retry-After, says so once, and holds nobody else up", async () => {
    const other = new Database(fleet.databasePath);
    other.exec("BEGIN IMMEDIATE");
    const send = async (id: string) => {
      const startedAt = performance.now();
      const answer = await fleet.report(sampleReport(id, now()));
      return { answer, waitedMs: performance.now() - startedAt };
    };
    const first = send("locked-out");
    // One joins the batch that waits for the lock, one gathers behind it.
    await fleet.operator.get("/api/fleet/machines?limit=1");
    const second = send("locked-out-too");
    expect((await fleet.agent.get("/api/fleet/cluster/health?scope=ingest")).status).toBe(200);
    for (const { answer, waitedMs } of await Promise.all([first, second])) {
      expect([answer.status, (answer.json() as { code: string }).code]).toEqual([503, "BACKEND_UNAVAILABLE"]);
      expect(answer.headers["retry-after"]).toMatch(/^\d+$/);
      expect(waitedMs).toBeLessThan(4_000);
    }
    expect((await send("locked-out-still")).answer.status).toBe(503);
    expect((await fleet.agent.get("/api/fleet/cluster/health?scope=ingest")).status).toBe(200);
    expect(fleet.node.output.match(/Reports cannot be committed.*database is locked/g)).toHaveLength(1);

    const patient = send("patient");
    other.exec("ROLLBACK");
    other.close();
    expect((await patient).answer.status).toBe(200);
    await fleet.node.process.waitForLine(/Reports are committed again/);
    expect((await fleet.operator.get("/api/fleet/machine/locked-out")).status).toBe(404);
  });
});
