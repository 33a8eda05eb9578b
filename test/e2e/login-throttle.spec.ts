import { join } from "node:path";
import { type FleetNode, startFleetNode, testCredentials } from "../support/fleet-node.js";
import { HttpClient } from "../support/http-client.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { makeTempFolder } from "../support/temp-folder.js";
import { waitFor } from "../support/wait-for.js";

const { username, password } = testCredentials;
const clients: HttpClient[] = [];

/** A client at this address, as the proxy on the loopback address tells it. */
function clientAt(node: FleetNode, address: string, headers: Record<string, string> = {}): HttpClient {
  const client = new HttpClient(node.url, { headers: { "x-forwarded-for": address, ...headers } });
  clients.push(client);
  return client;
}

const logIn = (node: FleetNode, address: string, name: string = username, secret: string = password) =>
  clientAt(node, address).post("/login", { json: { username: name, password: secret } });

const linesIn = ({ output }: FleetNode, text: string) => output.split("\n").filter((line) => line.includes(text));

afterAll(() => {
  for (const client of clients) client.close();
});

describe("two nodes that share a Redis", () => {
  let redis: RedisServer;
  let one: FleetNode;
  let other: FleetNode;

  beforeAll(async () => {
    redis = await startRedis();
    const config = {
      server: { db_path: join(makeTempFolder("shared"), "fleet.sqlite3") },
      sessions: { backend: "redis", redis: { host: redis.host, port: redis.port } },
    };
    one = await startFleetNode({ config });
    other = await startFleetNode({ config });
    await waitFor(async () => (await logIn(one, "192.0.2.250")).status === 200, { what: "a login on the first" });
    await waitFor(async () => (await logIn(other, "192.0.2.251")).status === 200, { what: "a login on the second" });
  });

  afterAll(async () => {
    await Promise.all([one.stop(), other.stop()]);
    await redis.stop();
  });

  /** Five failures, on both nodes in turn. */
  const lockOut = async (address: string, name: string) => {
    for (const node of [one, other, one, other, one]) {
      expect((await logIn(node, address, name, "a wrong password")).status).toBe(401);
    }
  };

  it("let a name wait on both for what failed on either, and another address in as the same user", async () => {
    await lockOut("192.0.2.1", username);
    for (const node of [one, other]) {
      const answer = await logIn(node, "192.0.2.1");
      expect([answer.status, answer.json()]).toMatchObject([429, { code: "TOO_MANY_ATTEMPTS" }]);
      expect(Number(answer.headers["retry-after"])).toBeGreaterThanOrEqual(1);
      expect(Number(answer.headers["retry-after"])).toBeLessThanOrEqual(5);
      expect(answer.headers["set-cookie"]).toBeUndefined();
      expect((await logIn(node, "192.0.2.2")).status).toBe(200);
    }
  });

  it("count a user who does not exist the same, in the same words", async () => {
    await lockOut("192.0.2.3", username);
    await lockOut("192.0.2.3", "nobody");
    const [known, unknown] = [await logIn(one, "192.0.2.3"), await logIn(one, "192.0.2.3", "nobody")];
    const words = (text: string) => (JSON.parse(text) as { error: string }).error.replace(/\d+/, "");
    expect([known.status, unknown.status]).toEqual([429, 429]);
    expect(words(unknown.text)).toBe(words(known.text));
  });

  it("tell a form the reason", async () => {
    await lockOut("192.0.2.4", username);
    const answer = await clientAt(one, "192.0.2.4").post("/login", { form: { username, password } });
    expect(answer.status).toBe(429);
    expect(answer.headers["retry-after"]).toMatch(/^\d+$/);
    expect(answer.text).toMatch(/Too many failed logins\. Try again in \d+ seconds?\./);
  });

  it("let the right password in after Retry-After, and not before", async () => {
    await lockOut("192.0.2.5", username);
    const start = performance.now();
    const retryAfterMs = Number((await logIn(one, "192.0.2.5")).headers["retry-after"]) * 1000;
    await waitFor(async () => (await logIn(other, "192.0.2.5")).status === 200, { what: "the lockout to end" });
    const waitedMs = performance.now() - start;
    // Retry-After is rounded up to whole seconds.
    expect(waitedMs).toBeGreaterThan(retryAfterMs - 1_100);
    expect(waitedMs).toBeLessThan(retryAfterMs + 3_000);
  });

  it("log a lockout once, however often it is run into", async () => {
    await lockOut("192.0.2.6", username);
    for (let time = 0; time < 5; time++) expect((await logIn(one, "192.0.2.6")).status).toBe(429);
    const lines = [...linesIn(one, "login.locked_out"), ...linesIn(other, "login.locked_out")];
    expect(lines.filter((line) => line.includes("192.0.2.6"))).toHaveLength(1);
  });

  it("refuse every login while Redis is away, wrong or right, as 503", async () => {
    await redis.stop();
    await waitFor(async () => (await logIn(one, "192.0.2.7")).status === 503, { what: "the node to notice" });
    for (let time = 0; time < 10; time++) {
      expect((await logIn(one, "192.0.2.7", username, "a wrong password")).status).toBe(503);
    }
    await redis.start();
    await waitFor(async () => (await logIn(one, "192.0.2.7")).status === 200, { what: "a login once it is back" });
  });
});

describe("two nodes with file sessions that share the database", () => {
  it("count together, also across a restart", async () => {
    const folder = makeTempFolder("shared");
    const config = {
      server: { db_path: join(folder, "fleet.sqlite3") },
      sessions: { session_dir: join(folder, "sessions") },
    };
    const [one, other] = [await startFleetNode({ config }), await startFleetNode({ config })];
    for (const node of [one, other, one, other, one, other]) {
      await waitFor(async () => (await logIn(node, "192.0.2.1", username, "a wrong password")).status === 401, {
        what: "a try that is let in",
      });
    }
    expect((await logIn(one, "192.0.2.1")).status).toBe(429);
    await one.stop();
    await one.start();
    expect((await logIn(one, "192.0.2.2")).status).toBe(200);
    // The lockout of ten seconds may be over by now, its count is not: the next failure locks for twenty.
    await waitFor(async () => (await logIn(one, "192.0.2.1", username, "a wrong password")).status === 401, {
      what: "the lockout to end",
    });
    expect(Number((await logIn(other, "192.0.2.1")).headers["retry-after"])).toBeGreaterThan(10);
    await Promise.all([one.stop(), other.stop()]);
  });
});

describe("a request that another site's page sends", () => {
  let node: FleetNode;
  let operator: HttpClient;

  beforeAll(async () => {
    node = await startFleetNode();
    operator = clientAt(node, "192.0.2.1");
    await operator.login(username, password);
  });

  afterAll(async () => {
    await node.stop();
  });

  const crossSite = { "sec-fetch-site": "cross-site", origin: "https://evil.example" };

  it.each([
    ["POST", "/login"],
    ["POST", "/logout"],
    ["DELETE", "/api/fleet/machine/web-01"],
  ])("changes nothing: %s %s", async (method, path) => {
    for (const headers of [crossSite, { origin: "https://evil.example" }, { "sec-fetch-site": "same-site" }]) {
      const answer = await operator.request(method, path, { headers, form: { username, password } });
      expect([answer.status, answer.json()]).toMatchObject([403, { code: "CROSS_ORIGIN" }]);
      expect(answer.headers["set-cookie"]).toBeUndefined();
    }
    expect((await operator.get("/api/fleet/current-user")).status).toBe(200);
  });

  it("may read, as far as the browser lets it", async () => {
    expect((await operator.get("/api/fleet/current-user", { headers: crossSite })).status).toBe(200);
  });

  it("does not concern agents", async () => {
    const headers = { ...crossSite, "x-api-key": testCredentials.apiKey };
    const report = { machine_id: "web-01", machine_info: {}, metrics: {} };
    expect((await clientAt(node, "192.0.2.9").post("/api/fleet/report", { json: report, headers })).status).toBe(200);
  });

  it("is known from this server's own, also behind a proxy that names the host", async () => {
    const browser = (headers: Record<string, string>) =>
      clientAt(node, "192.0.2.8").post("/login", { form: { username, password }, headers });
    expect((await browser({ "sec-fetch-site": "same-origin", origin: node.url })).status).toBe(302);
    expect((await browser({ origin: node.url })).status).toBe(302);
    const proxied = { "x-forwarded-host": "fleet.example", origin: "https://fleet.example" };
    expect((await browser(proxied)).status).toBe(302);
    expect((await browser({ ...proxied, origin: node.url })).status).toBe(403);
  });
});
