import { readFileSync, writeFileSync } from "node:fs";
import { parse, stringify } from "yaml";
import { type Certificates, makeCertificates } from "../support/certificates.js";
import { type FleetNode, startFleetNode, testCredentials } from "../support/fleet-node.js";
import { freePorts } from "../support/free-port.js";
import { HttpClient } from "../support/http-client.js";
import { newFernetKey, newPayloadKey } from "../support/keys.js";
import { waitFor } from "../support/wait-for.js";
import { HEARTBEAT_S, NODE_TIMEOUT_S } from "./cluster-times.js";
import { type DataBackend, dataBackends, type FleetData } from "./data-backends.js";
import { type Proxy, startProxy } from "./proxies.js";
import { type RedisKind, type RedisPlace, redisPlaces } from "./redis-places.js";

/** Longer than a load balancer that probes every second takes to notice. */
const DRAIN_S = 3;
const NUMBERS = [1, 2, 3] as const;

export interface WorldKind {
  readonly data: DataBackend;
  readonly proxy: string;
  readonly redis: RedisKind;
}

type NodeStatus = "active" | "draining" | "inactive" | "stopped" | "unknown";
type Sections = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Three nodes, their Redis and database, and a load balancer with the shipped configuration: all real processes. */
export class World {
  readonly encryptionKey = newPayloadKey();
  readonly databaseKey = newFernetKey();
  private readonly observers = new Map<FleetNode, HttpClient>();

  private constructor(
    readonly kind: WorldKind,
    readonly data: FleetData,
    readonly redis: RedisPlace,
    readonly certificates: Certificates,
  ) {}

  readonly nodes: FleetNode[] = [];
  private balancer: Proxy | null = null;

  static async start(kind: WorldKind): Promise<World> {
    const certificates = makeCertificates();
    const [data, redis] = await Promise.all([dataBackends[kind.data](), redisPlaces[kind.redis]()]);
    const world = new World(kind, data, redis, certificates);
    const ports = await freePorts(NUMBERS.length);
    const start = (number: number) => startFleetNode({ config: world.configOf(number, ports[number - 1] ?? 0) });
    world.nodes.push(...(await Promise.all(NUMBERS.map(start))));
    world.balancer = await startProxy(kind.proxy, { nodePorts: ports, nodeCaFile: certificates.caFile });
    await world.openObservers();
    await world.whole();
    return world;
  }

  get proxy(): Proxy {
    if (this.balancer === null) throw new Error("the load balancer has not been started");
    return this.balancer;
  }

  /** Node 1, 2 or 3. */
  node(number: (typeof NUMBERS)[number]): FleetNode {
    const node = this.nodes[number - 1];
    if (node === undefined) throw new Error(`there is no node ${number}`);
    return node;
  }

  others(...left: readonly FleetNode[]): FleetNode[] {
    return this.nodes.filter((node) => !left.includes(node));
  }

  /** Whether each of `observers` says in the cluster status that each of `nodes` is one of these. */
  async show(
    observers: readonly FleetNode[],
    nodes: readonly FleetNode[],
    statuses: readonly NodeStatus[],
  ): Promise<boolean> {
    const seen = await Promise.all(observers.map((observer) => this.statusesBy(observer)));
    return seen.every((by) => nodes.every((node) => statuses.some((status) => by.get(node.nodeId) === status)));
  }

  /** The node's own probe, past the load balancer: its status code, or null without an answer. */
  async probe(node: FleetNode, scope: "full" | "ingest"): Promise<number | null> {
    const path = `/api/fleet/cluster/health${scope === "ingest" ? "?scope=ingest" : ""}`;
    return this.observer(node)
      .get(path)
      .then(
        ({ status }) => status,
        () => null,
      );
  }

  /** Waits until every node shows three active ones and the load balancer uses them all. */
  async whole(): Promise<void> {
    await waitFor(() => this.show(this.nodes, this.nodes, ["active"]), {
      what: "every node to show three active ones",
      timeoutMs: 40_000,
      intervalMs: 200,
    });
    await this.proxy.waitForNodes(this.nodes.length);
  }

  /** Lays these settings over the node's configuration file; they count when it starts again. */
  reconfigure(node: FleetNode, sections: Sections): void {
    const settings = parse(readFileSync(node.configFile, "utf8")) as Sections;
    const changed = Object.entries(sections).map(([name, section]) => [name, { ...settings[name], ...section }]);
    const all = { ...settings, ...(Object.fromEntries(changed) as Sections) };
    writeFileSync(node.configFile, stringify(all), { mode: 0o600 });
  }

  /** A logged-in client of one node, past the load balancer. */
  observer(node: FleetNode): HttpClient {
    const observer = this.observers.get(node);
    if (observer === undefined) throw new Error("the node is not one of this world's");
    return observer;
  }

  async close(): Promise<void> {
    for (const observer of this.observers.values()) observer.close();
    await this.balancer?.stop();
    await Promise.all(this.nodes.map((node) => node.kill()));
    await this.redis.close();
  }

  configOf(number: number, port: number): Sections {
    const redis = this.redis.settingsFor(number);
    const forCluster = Object.fromEntries(Object.entries(redis).map(([key, value]) => [`redis_${key}`, value]));
    return {
      server: {
        port,
        ...this.data.settings,
        db_encryption_key: this.databaseKey,
        encryption_key: this.encryptionKey,
        drain_seconds: DRAIN_S,
      },
      ssl: { cert_file: this.certificates.certFile, key_file: this.certificates.keyFile },
      cluster: {
        enabled: true,
        backend: "redis",
        node_id: `node-${number}`,
        heartbeat_interval: HEARTBEAT_S,
        node_timeout: NODE_TIMEOUT_S,
        ...forCluster,
      },
      sessions: { backend: "redis", redis: { ...redis, db: 1 } },
    };
  }

  private async statusesBy(observer: FleetNode): Promise<Map<string, string>> {
    const { status, text } = await this.observer(observer).get("/api/fleet/cluster/status");
    if (status !== 200) throw new Error(`${observer.nodeId} answered ${status}: ${text}`);
    const { nodes } = JSON.parse(text) as { nodes: { node_id: string; status: string }[] };
    return new Map(nodes.map((node) => [node.node_id, node.status]));
  }

  private async openObservers(): Promise<void> {
    const options = { ca: this.certificates.ca, timeoutMs: 3_000 };
    for (const node of this.nodes) this.observers.set(node, new HttpClient(node.url, options));
    const [first, ...rest] = this.observers.values();
    await first?.login(testCredentials.username, testCredentials.password);
    // One session is good on every node.
    for (const observer of rest) for (const [name, value] of first?.cookies ?? []) observer.cookies.set(name, value);
  }
}
