import { type FleetNode, startFleetNode, testCredentials } from "../support/fleet-node.js";
import { type GuideProxy, startGuideHaproxy, startGuideNginx } from "../support/guide-proxies.js";
import { HttpClient } from "../support/http-client.js";
import { newFernetKey } from "../support/keys.js";
import { startRedis } from "../support/redis-server.js";
import { sampleReport } from "../support/simulated-agents.js";
import { makeTempFolder } from "../support/temp-folder.js";
import { waitFor } from "../support/wait-for.js";

const { username, password, apiKey } = testCredentials;
const names = ["haproxy", "nginx"] as const;
type Name = (typeof names)[number];

describe("the guide's proxy configurations, as printed, before nodes that speak plain HTTP", () => {
  let nodes: FleetNode[];
  let proxies: Record<Name, GuideProxy>;

  beforeAll(async () => {
    const redis = await startRedis();
    const shared = { db_path: `${makeTempFolder("shared")}/fleet.sqlite3`, db_encryption_key: newFernetKey() };
    const start = () =>
      startFleetNode({
        config: {
          server: shared,
          cluster: { enabled: true, backend: "redis", redis_port: redis.port, heartbeat_interval: 1, node_timeout: 3 },
          sessions: { backend: "redis", redis: { port: redis.port } },
        },
      });
    nodes = await Promise.all([start(), start(), start()]);
    const ports = nodes.map(({ port }) => port) as [number, number, number];
    const [haproxy, nginx] = await Promise.all([startGuideHaproxy(ports), startGuideNginx(ports)]);
    proxies = { haproxy, nginx };
  });

  const clientOf = (name: Name, headers: Record<string, string> = {}) =>
    new HttpClient(proxies[name].url, { ca: proxies[name].ca, headers });
  const report = (client: HttpClient, machineId: string) =>
    client.post("/api/fleet/report", {
      json: sampleReport(machineId, new Date().toISOString()),
      headers: { "x-api-key": apiKey },
    });

  describe.each(names)("%s", (name) => {
    it("lets operators log in, from a program and from a browser, and shows them the cluster", async () => {
      const program = clientOf(name);
      await program.login(username, password);
      const status = await waitFor(
        async () => {
          const seen = (await program.get("/api/fleet/cluster/status")).json() as { active_nodes: number };
          return seen.active_nodes === 3 ? seen : undefined;
        },
        { what: "three active nodes" },
      );
      expect(status).toMatchObject({ enabled: true, total_nodes: 3 });
      const browser = clientOf(name, { origin: proxies[name].url, "sec-fetch-site": "same-origin" });
      const answer = await browser.post("/login", { form: { username, password } });
      expect([answer.status, answer.headers.location]).toEqual([302, "/dashboard"]);
      for (let count = 0; count < 6; count++) expect((await browser.get("/dashboard")).status).toBe(200);
      for (const client of [program, browser]) client.close();
    });

    it("keeps out other sites' pages, also in browsers that only tell the origin", async () => {
      const login = async (headers: Record<string, string>) => {
        const browser = clientOf(name, headers);
        const answer = await browser.post("/login", { form: { username, password } });
        browser.close();
        return [answer.status, answer.headers.location ?? (answer.json() as { code: string }).code];
      };
      expect(await login({ origin: "https://evil.example", "sec-fetch-site": "cross-site" })).toEqual([
        403,
        "CROSS_ORIGIN",
      ]);
      expect(await login({ origin: "https://evil.example" })).toEqual([403, "CROSS_ORIGIN"]);
      // The header lines of nginx's "location /" displace those of its "server", so the Host header does not arrive.
      const known = name === "haproxy" ? [302, "/dashboard"] : [403, "CROSS_ORIGIN"];
      expect(await login({ origin: proxies[name].url })).toEqual(known);
    });

    it("sends those who come without TLS to where there is TLS", async () => {
      const client = new HttpClient(proxies[name].plainUrl);
      const answer = await client.get("/dashboard");
      expect([301, 302]).toContain(answer.status);
      expect(answer.headers.location).toMatch(/^https:\/\/127\.0\.0\.1(:\d+)?\/dashboard$/);
      client.close();
    });
  });

  it("go on when a node is killed", async () => {
    const clients = { haproxy: clientOf("haproxy"), nginx: clientOf("nginx") };
    for (const name of names) {
      await clients[name].login(username, password);
      expect((await report(clients[name], `before-${name}`)).status).toBe(200);
    }
    await nodes[1]?.kill();
    // nginx asks another node at once, HAProxy after three seconds of asking the dead one again.
    for (let count = 0; count < 6; count++) {
      for (const name of names) {
        expect((await report(clients[name], `after-${name}-${count}`)).status).toBe(200);
        expect((await clients[name].get("/api/fleet/machines")).status).toBe(200);
      }
    }
    for (const name of names) clients[name].close();
  });
});
