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
  const server = { db_path: databasePath, db_encryption_key: newFernetKey(), encryption_key: payloadKey };
  node = await startFleetNode({ config: { server: { ...server, max_report_size: 4096 } } });
  agent = new HttpClient(node.url, { headers: { "x-api-key": testCredentials.apiKey } });
  operator = new HttpClient(node.url);
  await operator.login(testCredentials.username, testCredentials.password);
});

afterAll(async () => {
  agent.close();
  operator.close();
  await node.stop();
});

const ndjson = { "content-type": "application/x-ndjson" };
const postText = (body: string | Buffer, headers: Record<string, string> = {}) =>
  agent.post("/api/fleet/reports", { body, headers: { ...ndjson, ...headers } });
const post = (lines: readonly unknown[]) =>
  postText(lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n"));
const ok = { status: "ok" };
const failed = (code: string) => ({ error: expect.stringMatching(/\w/) as string, code });
const resultsOf = (answer: Answer) => {
  expect([answer.status, answer.headers["content-type"]]).toEqual([200, "application/json; charset=utf-8"]);
  return (answer.json() as { results: unknown[] }).results;
};
const code = (answer: Answer) => [answer.status, (answer.json() as { code: string }).code];
const now = () => new Date().toISOString();
const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();

const status = async (id: string) => (await operator.get(`/api/fleet/machine/${encodeURIComponent(id)}`)).status;
const history = async (id: string) => {
  const answer = await operator.get(`/api/fleet/history/${id}?limit=1000`);
  return (answer.json() as { history: { timestamp: string }[] }).history.map(({ timestamp }) => timestamp);
};

describe("a batch", () => {
  it("holds plain and encrypted reports, and is stored when it is answered", async () => {
    const plain = sampleReport("batch-plain", now());
    const answer = await post([plain, sealReport(sampleReport("batch-sealed", now()), payloadKey)]);
    expect(answer.json()).toEqual({ results: [ok, ok] });
    expect((await operator.get("/api/fleet/machine/batch-plain")).json()).toMatchObject({
      info: { ...(plain.machine_info as object), e2ee_enabled: false },
      latest_metrics: plain.metrics,
    });
    expect((await operator.get("/api/fleet/machine/batch-sealed")).json()).toMatchObject({
      info: { e2ee_enabled: true },
    });
  });

  it("keeps all samples of a machine, whatever their order, and the newest as the latest", async () => {
    const times = [30, 10, 20].map(secondsAgo);
    expect(resultsOf(await post(times.map((time) => sampleReport("backlog", time))))).toEqual([ok, ok, ok]);
    expect(await history("backlog")).toEqual(times.toSorted());
    expect((await operator.get("/api/fleet/machine/backlog")).json()).toMatchObject({
      latest_metrics: { timestamp: times[1] },
    });
  });

  it("changes nothing when it is repeated, and stores a report once that stands in it twice", async () => {
    const reports = [sampleReport("twice", secondsAgo(5)), sampleReport("twice", secondsAgo(4))];
    expect(resultsOf(await post([...reports, ...reports]))).toEqual([ok, ok, ok, ok]);
    const before = await operator.get("/api/fleet/machine/twice");
    expect(resultsOf(await post(reports))).toEqual([ok, ok]);
    expect((await operator.get("/api/fleet/machine/twice")).json()).toEqual(before.json());
    expect(await history("twice")).toHaveLength(2);
  });

  it("answers for every report in its place; bad ones fail no others", async () => {
    const otherKey = newPayloadKey();
    const answer = await post([
      sampleReport("among-bad-1", now()),
      "hello",
      "[]",
      { metrics: {} },
      sealReport(sampleReport("victim", now()), otherKey),
      `{"machine_id":"victim","metrics":${'{"a":'.repeat(100)}1${"}".repeat(100)}}`,
      { machine_id: "victim", machine_info: { pad: "x".repeat(5000) } },
      sampleReport("among-bad-2", now()),
      { machine_id: ".." },
    ]);
    expect(resultsOf(answer)).toEqual([
      ok,
      failed("INVALID_JSON"),
      failed("INVALID_REPORT"),
      failed("INVALID_MACHINE_ID"),
      failed("DECRYPTION_FAILED"),
      failed("REPORT_TOO_DEEP"),
      failed("REPORT_TOO_LARGE"),
      ok,
      failed("INVALID_MACHINE_ID"),
    ]);
    expect(await Promise.all(["among-bad-1", "among-bad-2", "victim"].map(status))).toEqual([200, 200, 404]);
  });

  it("may be compressed", async () => {
    const lines = Array.from({ length: 50 }, (_, index) => JSON.stringify(sampleReport(`packed-${index}`, now())));
    const answer = await postText(gzipSync(lines.join("\n")), { "content-encoding": "gzip" });
    expect(resultsOf(answer)).toEqual(lines.map(() => ok));
    expect(await status("packed-49")).toBe(200);
  });

  it("may hold blank lines, which are no reports, and line ends of Windows", async () => {
    const [one, two] = [1, 2].map((index) => JSON.stringify(sampleReport(`lines-${index}`, now())));
    expect(resultsOf(await postText(`\r\n${one}\r\n\r\n \t\n${two}\r\n\n`))).toEqual([ok, ok]);
    expect(await Promise.all([status("lines-1"), status("lines-2")])).toEqual([200, 200]);
  });

  it("may hold nothing at all", async () => {
    expect((await postText("")).json()).toEqual({ results: [] });
    expect((await postText("\n\n")).json()).toEqual({ results: [] });
  });

  it("of nothing but bad reports is answered as well", async () => {
    expect(resultsOf(await post(["{", { machine_id: 5 }]))).toEqual([
      failed("INVALID_JSON"),
      failed("INVALID_MACHINE_ID"),
    ]);
  });

  it("holds 500 reports, and is refused as a whole with one more", async () => {
    const reports = Array.from({ length: 500 }, (_, index) => sampleReport(`many-${index % 250}`, secondsAgo(index)));
    const refused = await post([...reports, sampleReport("one-too-many", now())]);
    expect(code(refused)).toEqual([413, "TOO_MANY_REPORTS"]);
    expect((refused.json() as { error: string }).error).toMatch(/at most 500 reports/);
    expect(await Promise.all([status("many-0"), status("one-too-many")])).toEqual([404, 404]);
    expect(resultsOf(await post(reports))).toEqual(reports.map(() => ok));
    expect(await history("many-249")).toHaveLength(2);
  });

  it("may have 5 MB unpacked, and is refused as a whole when it has more", async () => {
    const line = `${JSON.stringify(sampleReport("large", now()))}\n`;
    const filled = (bytes: number) => line.padStart(bytes, "\n");
    const packed = { "content-encoding": "gzip" };
    expect(resultsOf(await postText(filled(5 * 1024 * 1024)))).toEqual([ok]);
    expect(code(await postText(filled(5 * 1024 * 1024 + 1)))).toEqual([413, "BATCH_TOO_LARGE"]);
    expect(resultsOf(await postText(gzipSync(filled(5 * 1024 * 1024)), packed))).toEqual([ok]);
    expect(code(await postText(gzipSync(filled(50_000_000)), packed))).toEqual([413, "BATCH_TOO_LARGE"]);
  });

  it("is refused as a whole, to be sent again, while the database is away", async () => {
    const other = new Database(databasePath);
    other.exec("BEGIN IMMEDIATE");
    const answer = await post([sampleReport("locked-out", now()), "hello"]);
    other.exec("ROLLBACK");
    other.close();
    expect(code(answer)).toEqual([503, "BACKEND_UNAVAILABLE"]);
    expect(answer.headers["retry-after"]).toMatch(/^\d+$/);
    expect(await status("locked-out")).toBe(404);
  });
});
