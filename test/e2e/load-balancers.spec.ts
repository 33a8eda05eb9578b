import { makeCertificates } from "../support/certificates.js";
import { type FleetNode, startFleetNode, testCredentials } from "../support/fleet-node.js";
import { type Haproxy, startHaproxy } from "../support/haproxy.js";
import { type Answer, HttpClient } from "../support/http-client.js";
import { newFernetKey } from "../support/keys.js";
import { type Nginx, startNginx } from "../support/nginx.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { sampleReport } from "../support/simulated-agents.js";
import { makeTempFolder } from "../support/temp-folder.js";
import { Traffic } from "../support/traffic.js";
import { waitFor } from "../support/wait-for.js";
import { freezeBetweenWrites } from "./freeze-between-writes.js";

const { username, password, apiKey } = testCredentials;
const names = ["haproxy", "nginx"] as const;
type Name = (typeof names)[number];

const AGENT_PATIENCE_MS = 5_000;
const STALL_LIMIT_MS = 4_000;
/** Well below the time-outs of the proxies, which are 1 s for a connection and 2 s for an answer. */
const AT_ONCE_MS = 900;
const LARGE_REPORT_BYTES = 60_000;

/** Both proxies stand before the same three nodes, so that each fault is caused once and seen through both. */
describe("three nodes over TLS behind the shipped proxies", () => {
  let redis: RedisServer;
  let databasePath: string;
  let nodes: FleetNode[];
  let haproxy: Haproxy;
  let proxies: Record<Name, Haproxy | Nginx>;
  let browsers: Record<Name, HttpClient>;

  beforeAll(async () => {
    redis = await startRedis();
    const certificates = makeCertificates();
    databasePath = `${makeTempFolder("shared")}/fleet.sqlite3`;
    const shared = { db_path: databasePath, db_encryption_key: newFernetKey() };
    const start = () =>
      startFleetNode({
        config: {
          server: { ...shared, drain_seconds: 10 },
          ssl: { cert_file: certificates.certFile, key_file: certificates.keyFile },
          cluster: { enabled: true, backend: "redis", redis_port: redis.port },
          sessions: { backend: "redis", redis: { port: redis.port } },
        },
      });
    nodes = await Promise.all([start(), start(), start()]);
    const options = { nodePorts: nodes.map((node) => node.port), nodeCaFile: certificates.caFile };
    const [first, second] = await Promise.all([startHaproxy(options), startNginx(options)]);
    haproxy = first;
    proxies = { haproxy: first, nginx: second };
    browsers = { haproxy: clientOf("haproxy"), nginx: clientOf("nginx") };
    for (const name of names) await browsers[name].login(username, password);
  });

  afterAll(() => {
    for (const name of names) browsers[name].close();
  });

  const clientOf = (name: Name, headers: Record<string, string> = {}) =>
    new HttpClient(proxies[name].url, { ca: proxies[name].ca, headers });

  const report = (client: HttpClient, machineId: string): Promise<Answer> => {
    const whole = sampleReport(machineId, new Date().toISOString());
    const note = "x".repeat(LARGE_REPORT_BYTES - JSON.stringify(whole).length - '"note":"",'.length);
    const json = { ...whole, machine_info: { ...(whole.machine_info as object), note } };
    return client.post("/api/fleet/report", { json, headers: { "x-api-key": apiKey } });
  };

  /** Agents and readers through both proxies at once. */
  const startTraffic = (): Traffic[] =>
    names.flatMap((name) => {
      const { url, ca } = proxies[name];
      const cookie = [...browsers[name].cookies].map((pair) => pair.join("=")).join("; ");
      const read = (client: HttpClient) => client.get("/api/fleet/summary", { headers: { cookie } });
      const post = (client: HttpClient, index: number) => report(client, `${name}-${index}`);
      return [
        new Traffic({ url, ca, clients: 3, expectedStatus: 200, send: read }),
        new Traffic({ url, ca, clients: 3, expectedStatus: 200, send: post }),
      ];
    });

  /** Waits until each kind has been answered so many times more, and the last of those without delay. */
  const flowing = (traffic: readonly Traffic[], what: string, count = 20) => {
    const before = traffic.map(({ answered }) => answered);
    return waitFor(
      () =>
        traffic.every(
          ({ answered, durationsMs, problems }, index) =>
            problems.length > 0 ||
            (answered >= (before[index] ?? 0) + count &&
              durationsMs.slice(-count).every((duration) => duration < AT_ONCE_MS)),
        ),
      { what },
    );
  };

  const expectNothingNoticed = async (traffic: readonly Traffic[], limitMs = STALL_LIMIT_MS) => {
    await Promise.all(traffic.map((each) => each.stop()));
    expect(traffic.map(({ problems }) => problems)).toEqual([[], [], [], []]);
    expect(Math.max(...traffic.map(({ slowestMs }) => slowestMs))).toBeLessThan(limitMs);
  };

  const node = (index: number): FleetNode => {
    const found = nodes[index];
    if (!found) throw new Error(`there is no node ${index}`);
    return found;
  };

  describe.each(names)("%s", (name) => {
    it("lets operators log in, with a Secure cookie, and any node knows them", async () => {
      const client = clientOf(name);
      const answer = await client.login(username, password);
      expect(answer.headers["set-cookie"]).toEqual([expect.stringMatching(/^fleet_session=.*; Secure/)]);
      for (let count = 0; count < 6; count++) {
        expect((await client.get("/api/fleet/current-user")).status).toBe(200);
      }
      client.close();
    });

    it("passes on its address with the port, so that its own pages are known from other sites'", async () => {
      const client = clientOf(name);
      const login = (origin: string) =>
        client.post("/login", { form: { username, password }, headers: { origin } }).then(({ status }) => status);
      expect(await login(proxies[name].url)).toBe(302);
      expect(await login("https://127.0.0.1")).toBe(403);
      expect(await login("https://evil.example")).toBe(403);
      client.close();
    });

    it("tells the nodes the client's own address, whatever it claims", async () => {
      const client = clientOf(name, { "x-forwarded-for": "192.0.2.7", forwarded: "for=192.0.2.7" });
      const who = `nobody-${name}`;
      await client.post("/login", { json: { username: who, password: "a wrong password" } });
      const line = await waitFor(
        () =>
          nodes
            .flatMap(({ output }) => output.split("\n"))
            .find((each) => each.includes("login.failed") && each.includes(who)),
        { what: "the failed login in a log" },
      );
      expect(JSON.parse(line)).toMatchObject({ msg: `login.failed: "${who}" from "127.0.0.1"` });
      expect(line).not.toContain("192.0.2.7");
      client.close();
    });

    it("leaves it to the node to refuse what is too large", async () => {
      const client = clientOf(name);
      const body = JSON.stringify({ machine_id: "large", machine_info: { note: "x".repeat(1_500_000) } });
      const headers = { "x-api-key": apiKey, "content-type": "application/json" };
      const answer = await client.post("/api/fleet/report", { body, headers });
      expect([answer.status, answer.json()]).toMatchObject([413, { code: "REPORT_TOO_LARGE" }]);
      client.close();
    });

    it("sends those who come without TLS to where there is TLS", async () => {
      const client = new HttpClient(proxies[name].plainUrl);
      const answer = await client.get("/dashboard?page=2");
      expect(answer.status).toBe(308);
      expect(answer.headers.location).toMatch(/^https:\/\/127\.0\.0\.1(:\d+)?\/dashboard\?page=2$/);
      client.close();
    });
  });

  it("have a page in HAProxy that shows each of them", async () => {
    const page = await haproxy.stats.get("/stats");
    expect([page.status, page.headers["content-type"]]).toEqual([200, "text/html"]);
    for (const backend of ["operators", "agents", "streams"]) expect(page.text).toContain(`${backend}/node3`);
  });

  it("serve on while one is frozen, which is soon left alone, and take it back", async () => {
    await freezeBetweenWrites(node(0), databasePath);
    const traffic = startTraffic();
    await flowing(traffic, "answers without delay");
    await expectNothingNoticed(traffic);
    node(0).resume();
    await haproxy.waitForNodes(3);
  });

  it("serve on while two are frozen at once: nobody waits as long as agents do", async () => {
    for (const each of [node(0), node(1)]) await freezeBetweenWrites(each, databasePath);
    const traffic = startTraffic();
    await flowing(traffic, "answers without delay");
    await expectNothingNoticed(traffic, AGENT_PATIENCE_MS);
    node(0).resume();
    node(1).resume();
    await haproxy.waitForNodes(3);
  });

  it("serve on when one is killed, and when two are at once", async () => {
    const traffic = startTraffic();
    await flowing(traffic, "traffic");
    await node(1).kill();
    await flowing(traffic, "answers after the first");
    await node(1).start();
    await haproxy.waitForNodes(3);
    await Promise.all([node(0).kill(), node(2).kill()]);
    await flowing(traffic, "answers after the second and third");
    await expectNothingNoticed(traffic);
    await Promise.all([node(0).start(), node(2).start()]);
    await haproxy.waitForNodes(3);
  });

  it("let one of them go, also under changes that are sent once", async () => {
    const traffic = startTraffic();
    const changes = names.map((name) => {
      const { url, ca } = proxies[name];
      const cookie = [...browsers[name].cookies].map((pair) => pair.join("=")).join("; ");
      const send = (client: HttpClient) =>
        client.request("DELETE", "/api/fleet/machine/no-such-machine", { headers: { cookie } });
      return new Traffic({ url, ca, clients: 2, expectedStatus: 404, send });
    });
    await flowing([...traffic, ...changes], "traffic");
    expect(await node(2).stop()).toEqual({ code: 0, signal: null });
    await flowing([...traffic, ...changes], "answers without it");
    await Promise.all(changes.map((each) => each.stop()));
    expect(changes.map(({ problems }) => problems)).toEqual([[], []]);
    await expectNothingNoticed(traffic);
    await node(2).start();
    await haproxy.waitForNodes(3);
  });

  it("serve agents without the session store, and tell readers in their own words", async () => {
    await redis.stop();
    await waitFor(async () => (await haproxy.nodesUp("operators")) === 0, {
      what: "HAProxy to notice",
    });
    for (const name of names) {
      const agent = clientOf(name);
      for (let count = 0; count < 6; count++) {
        const answer = await browsers[name].get("/api/fleet/machines");
        expect([answer.status, answer.json()]).toMatchObject([503, { code: "BACKEND_UNAVAILABLE" }]);
        expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
        expect((await report(agent, `no-redis-${name}`)).status).toBe(200);
      }
      agent.close();
    }
    await redis.start();
    await haproxy.waitForNodes(3);
    for (const name of names) {
      await waitFor(
        async () => (await browsers[name].post("/login", { json: { username, password } })).status === 200,
        {
          what: "a login",
        },
      );
    }
  });
});
