import { type FleetNode, startFleetNode, testCredentials } from "../support/fleet-node.js";
import { type Haproxy, startHaproxy } from "../support/haproxy.js";
import { HttpClient } from "../support/http-client.js";
import { startRedis } from "../support/redis-server.js";
import { makeTempFolder } from "../support/temp-folder.js";

export interface WatchedFleet {
  readonly nodes: readonly [FleetNode, FleetNode, FleetNode];
  readonly haproxy: Haproxy;
  /** Of its machines. */
  readonly ids: readonly string[];
  /** Sends a machine's report to one of the nodes. */
  readonly report: (node: number, machineId: string, figures?: { cpu?: number; disk?: number }) => Promise<void>;
}

/** Three nodes on one Redis behind the shipped HAProxy, with sixty machines that have reported once. */
export async function startWatchedFleet(): Promise<WatchedFleet> {
  const { port } = await startRedis();
  const db_path = `${makeTempFolder("watched")}/fleet.sqlite3`;
  const start = (node_id: string) =>
    startFleetNode({
      config: {
        organization: { name: "Northwind Hosting" },
        server: { db_path },
        // What has reported once stays online while the tests look at it.
        machines: { warning_after: 600, offline_after: 1200 },
        cluster: {
          enabled: true,
          node_id,
          secret: "a cluster secret for tests",
          backend: "redis",
          redis_port: port,
          heartbeat_interval: 0.5,
          node_timeout: 1.5,
        },
        sessions: { backend: "redis", redis: { port } },
      },
    });
  const first = await start("node-a");
  const nodes = [first, ...(await Promise.all([start("node-b"), start("node-c")]))] as WatchedFleet["nodes"] &
    FleetNode[];
  const agents = nodes.map(({ url }) => new HttpClient(url, { headers: { "x-api-key": testCredentials.apiKey } }));
  const report: WatchedFleet["report"] = async (node, machine_id, { cpu = 20, disk = 40 } = {}) => {
    const answer = await agents[node]?.post("/api/fleet/report", { json: reportOf(machine_id, cpu, disk) });
    if (answer?.status !== 200)
      throw new Error(`the report was answered ${answer?.status ?? "not"}: ${answer?.text ?? ""}`);
  };
  const ids = Array.from({ length: 60 }, (_, index) => `web-${String(index).padStart(2, "0")}`);
  await Promise.all(ids.map((id, index) => report(index % 3, id, { cpu: index + 1, disk: index === 7 ? 97 : 40 })));
  return { nodes, ids, haproxy: await startHaproxy({ nodePorts: nodes.map((node) => node.port) }), report };
}

function reportOf(machine_id: string, cpu: number, disk: number) {
  return {
    machine_id,
    machine_info: {
      hostname: `${machine_id}.example.com`,
      serial_number: `SN-${machine_id}`,
      os: "Linux",
      os_version: "6.1",
      cpu_threads: 8,
      local_ip: "10.0.0.7",
      disks: [{ device: "/dev/sda1", mountpoint: "/", fstype: "ext4", total: 1e11, used: disk * 1e9, free: 1e9 }],
    },
    metrics: {
      timestamp: new Date().toISOString(),
      cpu: { percent: cpu, load_avg: [1.5, 1, 0.5] },
      memory: { percent: 50, used: 8e9, total: 16e9 },
      disk: { percent: disk },
      network: { bytes_sent: 1e6, bytes_recv: 2e6 },
    },
  };
}
