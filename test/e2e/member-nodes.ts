import { type FleetNode, startFleetNode, testCredentials } from "../support/fleet-node.js";
import { freePort } from "../support/free-port.js";
import { HttpClient } from "../support/http-client.js";
import { type PostgresServer, startPostgres } from "../support/postgres-server.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { waitFor } from "../support/wait-for.js";

export const CLUSTER_SECRET = "a cluster secret for tests";

export interface ShownNode {
  readonly node_id: string;
  readonly status: string;
  readonly last_heartbeat: string | null;
  readonly heartbeat_age_ms: number | null;
  readonly config_mismatch: readonly string[];
}

interface ShownEvent {
  readonly kind: string;
  readonly subject: string;
  readonly details: Readonly<Record<string, unknown>>;
}

type Sections = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Nodes with their registry and sessions in one Redis and their data in one PostgreSQL; heartbeat 1 s, time-out 3 s. */
export class MemberNodes {
  private constructor(
    readonly redis: RedisServer,
    readonly postgres: PostgresServer,
    private readonly databaseUrl: string,
  ) {}

  static async prepare(): Promise<MemberNodes> {
    const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
    return new MemberNodes(redis, postgres, await postgres.createDatabase("fleet"));
  }

  /** `sections` are laid over what all nodes have. */
  async start(nodeId: string, sections: Sections = {}, env: NodeJS.ProcessEnv = {}): Promise<FleetNode> {
    const { host, port } = this.redis;
    return startFleetNode({
      config: {
        server: { port: await freePort(), db_backend: "postgresql", db_url: this.databaseUrl, ...sections.server },
        cluster: {
          enabled: true,
          backend: "redis",
          node_id: nodeId,
          secret: CLUSTER_SECRET,
          redis_host: host,
          redis_port: port,
          heartbeat_interval: 1,
          node_timeout: 3,
          ...sections.cluster,
        },
        sessions: { backend: "redis", redis: { host, port }, ...sections.sessions },
      },
      env,
    });
  }
}

/** Somebody who is logged in and asks one node. */
export class Observer {
  private constructor(private readonly client: HttpClient) {}

  static async at(node: FleetNode): Promise<Observer> {
    const client = new HttpClient(node.url);
    await client.login(testCredentials.username, testCredentials.password);
    return new Observer(client);
  }

  async nodes(): Promise<readonly ShownNode[]> {
    const { text } = await this.client.get("/api/fleet/cluster/status");
    return (JSON.parse(text) as { nodes: ShownNode[] }).nodes;
  }

  async node(nodeId: string): Promise<ShownNode | undefined> {
    return (await this.nodes()).find(({ node_id }) => node_id === nodeId);
  }

  async waitFor(statuses: Readonly<Record<string, string>>): Promise<void> {
    const isSo = async () => {
      const shown = new Map((await this.nodes()).map(({ node_id, status }) => [node_id, status]));
      for (const [nodeId, status] of Object.entries(statuses)) {
        if (shown.get(nodeId) !== status) throw new Error(`${nodeId} is ${shown.get(nodeId) ?? "not listed"}`);
      }
      return true;
    };
    await waitFor(isSo, { what: `the nodes to be ${JSON.stringify(statuses)}` });
  }

  /** What the node says of `nodeId` from now on until it has beaten so many times itself. */
  async statusesOf(nodeId: string, { own, beats }: { own: string; beats: number }): Promise<Set<string>> {
    const statuses = new Set<string>();
    const seen = new Set<string | null | undefined>();
    await waitFor(
      async () => {
        const nodes = await this.nodes();
        statuses.add(nodes.find(({ node_id }) => node_id === nodeId)?.status ?? "not listed");
        seen.add(nodes.find(({ node_id }) => node_id === own)?.last_heartbeat);
        return seen.size > beats;
      },
      { what: `${beats} heartbeats` },
    );
    return statuses;
  }

  async events(kind: string, subject: string): Promise<readonly ShownEvent[]> {
    const { text } = await this.client.get(`/api/fleet/events?kind=${kind}&subject=${encodeURIComponent(subject)}`);
    return (JSON.parse(text) as { events: ShownEvent[] }).events;
  }

  async waitForEvents(kind: string, subject: string, count: number): Promise<void> {
    const what = `${count} times ${kind} of ${subject}`;
    await waitFor(async () => (await this.events(kind, subject)).length >= count, { what });
  }

  close(): void {
    this.client.close();
  }
}
