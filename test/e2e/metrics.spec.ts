import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { type Certificates, makeCertificates } from "../support/certificates.js";
import { EventStreamReader } from "../support/event-stream.js";
import { type FleetNode, launchFleetNode, startFleetNode, testCredentials } from "../support/fleet-node.js";
import { freePorts } from "../support/free-port.js";
import { expressions } from "../support/grafana-dashboard.js";
import { HttpClient } from "../support/http-client.js";
import { ALERTS_FILE, CONFIG_FILE, type Prometheus, type Sample, startPrometheus } from "../support/prometheus.js";
import { projectRoot } from "../support/project-root.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { waitFor } from "../support/wait-for.js";
import { NodesOnOneDatabase } from "./nodes-on-one-database.js";

let certificates: Certificates;
let redis: RedisServer;
let ports: number[];
let nodes: FleetNode[];
let prometheus: Prometheus;
let clients: HttpClient[];
let scrapers: HttpClient[];

const targets = () => ports.map((port) => `127.0.0.1:${port}`);

/** What each panel shows changes with what clients do: reports good and bad, a login, pages. */
async function makeTraffic(): Promise<void> {
  await Promise.all(
    clients.flatMap((client, index) => [
      sendReport(client, JSON.stringify({ machine_id: `m-${index}`, metrics: { cpu: { percent: 5 } } })),
      sendReport(client, "not JSON"),
      client.get("/api/fleet/machines"),
      client.get("/health/ready"),
    ]),
  );
}

function sendReport(client: HttpClient, body: string) {
  const headers = { "x-api-key": testCredentials.apiKey, "content-type": "application/json" };
  return client.post("/api/fleet/report", { headers, body });
}

async function scrape(index: number): Promise<string> {
  const { status, text } = (await scrapers[index]?.get("/metrics")) ?? { status: 0, text: "" };
  if (status !== 200) throw new Error(`answered ${status}: ${text}`);
  return text;
}

/** Its value in Prometheus' text; undefined where it is absent. */
function valueOf(text: string, series: string): number | undefined {
  const line = text.split("\n").find((candidate) => candidate.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

/** What is wrong with an answer: the nodes that are not in it, or that it holds no number. */
function faultOf(samples: readonly Sample[]): string | null {
  if (samples.length === 0) return "no data";
  if (samples.every(({ value }) => Number.isNaN(value))) return "no number";
  const shown = new Set(samples.map(({ metric }) => metric.instance));
  const missing = shown.has(undefined) ? [] : targets().filter((target) => !shown.has(target));
  return missing.length === 0 ? null : `nothing of ${missing.join(", ")}`;
}

beforeAll(async () => {
  certificates = makeCertificates();
  [redis, ports] = await Promise.all([startRedis(), freePorts(3)]);
  const { host, port } = redis;
  const cluster = new NodesOnOneDatabase({
    cluster: { backend: "redis", redis_host: host, redis_port: port, secret: "a cluster secret for tests" },
    sessions: { backend: "redis", redis: { host, port } },
    ssl: { cert_file: certificates.certFile, key_file: certificates.keyFile },
  });
  nodes = await Promise.all(
    ports.map((metricsPort, index) => {
      const config = { ...cluster.config(`node-${index + 1}`), monitoring: { enabled: true, port: metricsPort } };
      return startFleetNode({ config });
    }),
  );
  scrapers = ports.map((metricsPort) => new HttpClient(`http://127.0.0.1:${metricsPort}`, { timeoutMs: 2_000 }));
  clients = nodes.map(({ url }) => new HttpClient(url, { ca: certificates.ca }));
  prometheus = await startPrometheus(targets());
});

afterAll(async () => {
  for (const client of [...clients, ...scrapers]) client.close();
  await prometheus.stop();
});

it("gives Prometheus files that its own tool finds nothing wrong with, and alerts that do what they say", () => {
  const tests = path.join(path.dirname(ALERTS_FILE), "alerts.test.yml");
  const calls = [
    ["check", "config", CONFIG_FILE],
    ["check", "rules", ALERTS_FILE],
    ["test", "rules", tests],
  ];
  for (const call of calls) {
    const { status, stdout, stderr } = spawnSync("promtool", call, { encoding: "utf8" });
    expect({ call, status, output: status === 0 ? "" : `${stdout}${stderr}` }).toEqual({ call, status: 0, output: "" });
  }
});

it("shows data in every panel of the dashboard, of every node", async () => {
  for (const client of clients) await client.login(testCredentials.username, testCredentials.password);
  const [first] = clients;
  if (!first) throw new Error("there is no node");
  const page = await EventStreamReader.open(first, "nodes=true", { ca: certificates.ca });
  expect(page.status).toBe(200);
  const everyPanelHasData = async () => {
    await makeTraffic();
    const faults = await Promise.all(
      expressions.map(async ({ panel, expression }) => {
        const fault = faultOf(await prometheus.query(expression));
        return fault === null ? [] : [`${panel}: ${fault} for ${expression}`];
      }),
    );
    if (faults.flat().length > 0) throw new Error(faults.flat().join("\n"));
    return true;
  };
  await waitFor(everyPanelHasData, { what: "every panel to have data", timeoutMs: 40_000, intervalMs: 300 });

  expect(await prometheus.query('max(fleet_cluster_nodes{status="active"})')).toMatchObject([{ value: 3 }]);
  // Counted in the background, every fifteen seconds.
  for (const counted of ["max(fleet_sessions_active) == 3", 'max(fleet_machines{status="online"}) == 3']) {
    const isTrue = async () => {
      await makeTraffic();
      return (await prometheus.query(counted)).length > 0;
    };
    await waitFor(isTrue, { what: counted, timeoutMs: 30_000, intervalMs: 300 });
  }
  page.close();
});

it("has alert rules that all can be evaluated, of which only the certificate of two days alerts", async () => {
  const rules = await prometheus.rules();
  expect(rules.filter(({ health }) => health !== "ok")).toEqual([]);
  for (const { query } of rules) await prometheus.query(query);
  const firing = await prometheus.query('count by (alertname) (ALERTS{alertstate="firing"})');
  expect(firing.map(({ metric }) => metric.alertname).sort()).toEqual([
    "FleetCertificateEnds",
    "FleetCertificateEndsSoon",
  ]);
});

it("is correct by promtool's rules and bounded, whatever clients ask for", async () => {
  const random = Array.from({ length: 40 }, (_, index) => `raw${index}x${Math.random().toString(36).slice(2)}`);
  const [client] = clients;
  for (const text of random) {
    await client?.get(`/${text}`);
    await client?.get(`/api/fleet/machine/${text}`);
    await client?.get(`/assets/${text}.js`);
    await client?.post(`/api/fleet/reports/${text}`, { body: text });
  }
  const nothing = 'fleet_http_request_duration_seconds_count{method="GET",route="none",status="404"}';
  await waitFor(async () => (valueOf(await scrape(0), nothing) ?? 0) >= random.length, { what: "them to be counted" });
  for (const index of ports.keys()) {
    const text = await scrape(index);
    const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(text).not.toMatch(/raw\d+x/);
  }
});

it("has them all explained in the operations manual", async () => {
  const manual = readFileSync(path.join(projectRoot, "docs/operations.md"), "utf8");
  const names = (await scrape(0)).match(/(?<=^# TYPE )fleet_\w+/gm) ?? [];
  expect(names.length).toBeGreaterThan(15);
  expect(names.filter((name) => !manual.includes(name))).toEqual([]);
});

it("ends the start of a node whose port another program uses, and says which setting is wrong", async () => {
  const [taken] = ports;
  const node = await launchFleetNode({ config: { monitoring: { enabled: true, port: taken } } });
  expect((await node.exited).code).toBe(1);
  expect(node.output).toMatch(
    new RegExp(`^Metrics cannot be served on 127.0.0.1 port ${taken}: .*EADDRINUSE.*monitoring.port`, "m"),
  );
  expect(node.output).not.toContain("    at ");
});

it("answers from memory while the session store hangs, and does not make a number up", async () => {
  redis.freeze();
  try {
    const series = 'fleet_dependency_up{dependency="session_store"}';
    await waitFor(async () => valueOf(await scrape(0), series) === 0, { what: "the store to be known as down" });
    const text = await scrape(0);
    expect(valueOf(text, 'fleet_dependency_up{dependency="database"}')).toBe(1);
    expect(valueOf(text, 'fleet_machines{status="online"}')).toBe(3);
  } finally {
    redis.resume();
  }
  const series = 'fleet_dependency_up{dependency="session_store"}';
  await waitFor(async () => valueOf(await scrape(0), series) === 1, { what: "the store to be known as up" });
});

it("tells of a node that is killed, and forgets none that is still listed", async () => {
  await nodes[2]?.kill();
  for (const alertname of ["FleetNodeDown", "FleetNodeInactive", "FleetNodeMissing"]) {
    const pends = async () => (await prometheus.query(`ALERTS{alertname="${alertname}"}`)).length > 0;
    await waitFor(pends, { what: `the alert ${alertname}` });
  }
  const text = await scrape(0);
  expect(valueOf(text, 'fleet_cluster_nodes{status="inactive"}')).toBe(1);
  expect(valueOf(text, 'fleet_cluster_heartbeat_age_seconds{node_id="node-3"}')).toBeGreaterThan(3);
});
