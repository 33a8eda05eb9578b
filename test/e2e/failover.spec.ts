import Database from "better-sqlite3";
import { setTimeout as sleep } from "node:timers/promises";
import { startProcess } from "../support/child-process.js";
import { type FleetNode, startFleetNode, testCredentials } from "../support/fleet-node.js";
import { freePort } from "../support/free-port.js";
import { type Haproxy, startHaproxy } from "../support/haproxy.js";
import { HttpClient } from "../support/http-client.js";
import { newFernetKey, newPayloadKey } from "../support/keys.js";
import { projectRoot } from "../support/project-root.js";
import { startRedis } from "../support/redis-server.js";
import { startSimulatedAgents } from "../support/simulated-agents.js";
import { makeTempFolder } from "../support/temp-folder.js";
import { waitFor } from "../support/wait-for.js";

const HEARTBEAT_S = 1;
const TIMEOUT_S = 3;

interface ClusterStatus {
  total_nodes: number;
  active_nodes: number;
  inactive_nodes: number;
  nodes: { node_id: string; status: string; hostname: string; port: number; last_heartbeat: string; url: string }[];
}

describe("three nodes on Redis behind HAProxy", () => {
  const databasePath = `${makeTempFolder("shared")}/fleet.sqlite3`;
  const payloadKey = newPayloadKey();
  let nodes: FleetNode[];
  let haproxy: Haproxy;

  beforeAll(async () => {
    const redis = await startRedis({ password: "redis-password-for-tests" });
    const databaseKey = newFernetKey();
    const start = async (number: number) =>
      startFleetNode({
        config: {
          server: {
            port: await freePort(),
            db_path: databasePath,
            db_encryption_key: databaseKey,
            encryption_key: payloadKey,
            // Longer than HAProxy takes to notice.
            drain_seconds: 3,
          },
          cluster: {
            enabled: true,
            backend: "redis",
            node_id: `node-${number}`,
            redis_host: redis.host,
            redis_port: redis.port,
            redis_password: redis.password,
            heartbeat_interval: HEARTBEAT_S,
            node_timeout: TIMEOUT_S,
          },
          sessions: {
            backend: "redis",
            redis: { host: redis.host, port: redis.port, password: redis.password },
          },
        },
      });
    nodes = await Promise.all([1, 2, 3].map(start));
    haproxy = await startHaproxy({ nodePorts: nodes.map((node) => node.port) });
  });

  const statusBy = async (client: HttpClient) =>
    (await client.get("/api/fleet/cluster/status")).json() as ClusterStatus;
  const statusOf = (status: ClusterStatus, id: string) => status.nodes.find((node) => node.node_id === id)?.status;

  it("serve on while one of them is killed, and take it back: no error, no logout, no report lost", async () => {
    const browser = new HttpClient(haproxy.url, { ca: haproxy.ca });
    await browser.login(testCredentials.username, testCredentials.password);
    await waitFor(async () => (await statusBy(browser)).active_nodes === 3, { what: "three active nodes" });

    const agents = startSimulatedAgents({
      url: haproxy.url,
      ca: haproxy.ca,
      apiKey: testCredentials.apiKey,
      encryptionKey: payloadKey,
      count: 20,
      intervalMs: 250,
    });
    const realAgent = startProcess(process.execPath, [`${projectRoot}/agent/dist/main.js`], {
      env: {
        ...process.env,
        FLEET_AGENT_SERVER: haproxy.url,
        FLEET_AGENT_API_KEY: testCredentials.apiKey,
        FLEET_AGENT_ENCRYPTION_KEY: payloadKey,
        FLEET_AGENT_INTERVAL: "1",
        FLEET_AGENT_MACHINE_ID: "real-machine",
        FLEET_AGENT_CA_FILE: haproxy.caFile,
      },
    });
    const polls = { answered: 0, failures: [] as string[] };
    const polling = new AbortController();
    const poller = (async () => {
      while (!polling.signal.aborted) {
        for (const path of [
          "/api/fleet/machines?limit=50",
          "/api/fleet/current-user",
          "/api/fleet/summary",
          "/dashboard",
        ]) {
          const problem = await browser.get(path).then(
            (answer) => (answer.status === 200 ? undefined : `${path}: ${answer.status} ${answer.text}`),
            (error: unknown) => `${path}: ${String(error)}`,
          );
          if (problem === undefined) polls.answered++;
          else polls.failures.push(problem);
        }
        await sleep(20);
      }
    })();

    const victim = nodes[1];
    if (!victim) throw new Error("there is no second node");
    await waitFor(() => agents.answered.length > 100 && polls.answered > 100, { what: "traffic" });

    const before = agents.answered.length;
    await victim.kill();
    const inactive = await waitFor(
      async () => {
        const status = await statusBy(browser);
        return statusOf(status, victim.nodeId) === "inactive" ? status : undefined;
      },
      { what: "the killed node to be shown inactive", timeoutMs: (TIMEOUT_S + 3 * HEARTBEAT_S) * 1000 + 5_000 },
    );
    expect([inactive.total_nodes, inactive.active_nodes, inactive.inactive_nodes]).toEqual([3, 2, 1]);
    await waitFor(() => agents.answered.length > before + 200, { what: "reports after the kill" });

    await victim.start();
    expect(victim.nodeId).toBe("node-2");
    await waitFor(async () => statusOf(await statusBy(browser), victim.nodeId) === "active", {
      what: "the node to be active again under the same id",
    });
    await haproxy.waitForNodes(3);
    expect((await statusBy(browser)).total_nodes).toBe(3);

    polling.abort();
    await poller;
    await agents.stop();
    await realAgent.stop();

    expect(agents.errors).toEqual([]);
    expect(polls.failures).toEqual([]);
    const db = new Database(databasePath, { readonly: true });
    const stored = db
      .prepare("SELECT m.machine_id || ' ' || s.ts FROM history_samples s JOIN machines m ON m.id = s.machine")
      .pluck()
      .all() as string[];
    const realSamples = db
      .prepare(
        "SELECT count(*) FROM history_samples s JOIN machines m ON m.id = s.machine WHERE m.machine_id = 'real-machine'",
      )
      .pluck()
      .get();
    db.close();
    const known = new Set(stored);
    const lost = agents.answered.filter((each) => !known.has(`${each.machineId} ${Date.parse(each.timestamp)}`));
    expect(lost).toEqual([]);
    expect(stored.filter((sample) => sample.startsWith("simulated-"))).toHaveLength(agents.answered.length);
    expect(realSamples).toBeGreaterThan(5);
    browser.close();
  });

  it("list a stopped node as stopped at once, and drain it without an error at the client", async () => {
    const browser = new HttpClient(haproxy.url, { ca: haproxy.ca });
    await browser.login(testCredentials.username, testCredentials.password);
    const agents = startSimulatedAgents({
      url: haproxy.url,
      ca: haproxy.ca,
      apiKey: testCredentials.apiKey,
      count: 10,
      intervalMs: 100,
      prefix: "drain",
    });
    const leaving = nodes[2];
    if (!leaving) throw new Error("there is no third node");
    await waitFor(() => agents.answered.length > 50, { what: "traffic" });
    expect(await leaving.stop()).toEqual({ code: 0, signal: null });
    const status = await waitFor(
      async () => {
        const seen = await statusBy(browser);
        return statusOf(seen, leaving.nodeId) === "stopped" ? seen : undefined;
      },
      { what: "the node to be shown stopped", timeoutMs: 3 * HEARTBEAT_S * 1000 },
    );
    expect(status.active_nodes).toBe(2);
    await leaving.start();
    await agents.stop();
    expect(agents.errors).toEqual([]);
    browser.close();
  });
});
