import Database from "better-sqlite3";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { type FleetNode, startFleetNode, testCredentials } from "../support/fleet-node.js";
import { HttpClient, type RequestOptions } from "../support/http-client.js";
import { sampleReport } from "../support/simulated-agents.js";
import { makeTempFolder } from "../support/temp-folder.js";
import { waitFor } from "../support/wait-for.js";

const databasePath = `${makeTempFolder("data")}/fleet.sqlite3`;
let node: FleetNode;
let client: HttpClient;
let operator: HttpClient;

beforeAll(async () => {
  node = await startFleetNode({ config: { server: { db_path: databasePath, drain_seconds: 2 } } });
  client = new HttpClient(node.url);
  operator = new HttpClient(node.url);
  await operator.login(testCredentials.username, testCredentials.password);
});

afterAll(async () => {
  client.close();
  operator.close();
  await node.stop();
});

const key = { "x-api-key": testCredentials.apiKey };
const now = () => new Date().toISOString();
const stored = async (id: string) => (await operator.get(`/api/fleet/machine/${id}`)).status === 200;

/** One report, or a batch of one, answered 200. */
const sends = { "/api/fleet/report": "application/json", "/api/fleet/reports": "application/x-ndjson" } as const;

/** Both addresses are taken before Express and Nest see them. What holds for requests there must hold here. */
describe.each(Object.entries(sends))("POST %s", (path, type) => {
  const valid = (id = "victim") => JSON.stringify(sampleReport(id, now()));
  const post = ({ body = valid(), headers = {} }: RequestOptions = {}, address = path) =>
    client.post(address, { body, headers: { "content-type": type, ...key, ...headers } });
  const tooMuch = "x".repeat(6_000_000);

  it.each<[string, RequestOptions, number, string]>([
    ["no API key", { headers: { "x-api-key": "" } }, 401, "INVALID_API_KEY"],
    ["a wrong API key", { headers: { "x-api-key": `${testCredentials.apiKey}x` } }, 401, "INVALID_API_KEY"],
    ["a large body by a wrong key", { headers: { "x-api-key": "wrong" }, body: tooMuch }, 401, "INVALID_API_KEY"],
    ["a form", { headers: { "content-type": "application/x-www-form-urlencoded" } }, 415, "UNSUPPORTED_MEDIA_TYPE"],
    ["an unknown encoding", { headers: { "content-encoding": "br" } }, 415, "UNSUPPORTED_ENCODING"],
    [
      "damaged gzip",
      { headers: { "content-encoding": "gzip" }, body: gzipSync(valid()).subarray(0, -9) },
      400,
      "INCOMPLETE_BODY",
    ],
    ["a body that is too large", { body: tooMuch }, 413, path.endsWith("s") ? "BATCH_TOO_LARGE" : "REPORT_TOO_LARGE"],
    [
      "a small body that unpacks to 50 MB",
      { headers: { "content-encoding": "gzip" }, body: gzipSync(Buffer.alloc(50_000_000, 0x20)) },
      413,
      path.endsWith("s") ? "BATCH_TOO_LARGE" : "REPORT_TOO_LARGE",
    ],
  ])("answers %s with the right status and code, and stores nothing", async (_what, options, status, code) => {
    const answer = await post(options);
    expect([answer.status, answer.headers["content-type"]]).toEqual([status, "application/json; charset=utf-8"]);
    expect(answer.json()).toEqual({
      error: expect.stringMatching(/\w/) as string,
      code,
      request_id: answer.headers["x-request-id"],
    });
    expect(await stored("victim")).toBe(false);
  });

  it("is not opened by a session, nor logged", async () => {
    const cookie = `fleet_session=${operator.cookies.get("fleet_session") ?? ""}`;
    expect((await post({ headers: { cookie, "x-api-key": "" } })).status).toBe(401);
    expect(node.output).not.toContain(path);
  });

  it("gives every request an id, the caller's where it brings one", async () => {
    expect((await post({ body: valid("id") })).headers["x-request-id"]).toMatch(/^[\w-]{36}$/);
    const headers = { "x-request-id": "abc-1" };
    expect((await post({ body: valid("id"), headers })).headers["x-request-id"]).toBe("abc-1");
    const bad = { "x-request-id": "abc 1", "x-api-key": "wrong" };
    expect((await post({ headers: bad })).json()).toMatchObject({
      request_id: expect.stringMatching(/^[\w-]{36}$/) as string,
    });
  });

  it("lets no browser take the answer for something else, and tells nothing of the software", async () => {
    for (const answer of [await post({ body: valid("headers") }), await post({ headers: { "x-api-key": "wrong" } })]) {
      expect(answer.headers["x-content-type-options"]).toBe("nosniff");
      expect(answer.headers["x-powered-by"]).toBeUndefined();
    }
  });

  it.each(["/", "?from=here", "/?from=here"])("may be written with %s behind", async (behind) => {
    expect((await post({ body: valid("written") }, path + behind)).status).toBe(200);
  });

  it("may be written in capitals, or as a whole address", async () => {
    expect((await post({ body: valid("written") }, path.toUpperCase())).status).toBe(200);
    const body = valid("written-whole");
    const head = `POST http://fleet.example.com${path} HTTP/1.1\r\nHost: here\r\nX-API-Key: ${testCredentials.apiKey}\r\n`;
    const socket = connect(node.port, "127.0.0.1");
    socket.write(`${head}Content-Type: ${type}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
    const answer = (await socket.setEncoding("utf8").toArray()).join("");
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });

  it("is for POST alone", async () => {
    for (const method of ["GET", "PUT", "DELETE"]) {
      expect([method, (await client.request(method, path, { headers: key })).status]).toEqual([method, 404]);
    }
    for (const other of [`${path}x`, `${path}/x`, `/x${path}`])
      expect([other, (await post({}, other)).status]).toEqual([other, 404]);
  });

  it("drops what nobody waits for any more", async () => {
    const name = (what: string) => `${what}-${path.length}`;
    const holder = new Database(databasePath);
    holder.exec("BEGIN IMMEDIATE");
    const first = post({ body: valid(name("first")) });
    const body = valid(name("gone"));
    const socket = connect(node.port, "127.0.0.1");
    const head = `POST ${path} HTTP/1.1\r\nHost: here\r\nX-API-Key: ${testCredentials.apiKey}\r\nContent-Type: ${type}\r\n`;
    socket.write(`${head}Content-Length: ${body.length}\r\n\r\n${body}`);
    // What comes later was read later: by its answer the node has taken the report.
    expect((await client.get("/health/live")).status).toBe(200);
    socket.destroy();
    expect((await client.get("/health/live")).status).toBe(200);
    holder.exec("ROLLBACK");
    holder.close();
    expect((await first).status).toBe(200);
    expect((await post({ body: valid(name("next")) })).status).toBe(200);
    expect([await stored(name("first")), await stored(name("gone")), await stored(name("next"))]).toEqual([
      true,
      false,
      true,
    ]);
  });
});

it("a node that drains takes reports, and sends their clients on to other nodes", async () => {
  const stopped = node.stop();
  await waitFor(async () => (await operator.get("/api/fleet/cluster/health")).status === 503, { what: "it to drain" });
  for (const [path, type] of Object.entries(sends)) {
    const body = JSON.stringify(sampleReport("late", now()));
    const answer = await client.post(path, { body, headers: { ...key, "content-type": type } });
    expect([path, answer.status, answer.headers.connection]).toEqual([path, 200, "close"]);
  }
  expect(await stopped).toEqual({ code: 0, signal: null });
});
