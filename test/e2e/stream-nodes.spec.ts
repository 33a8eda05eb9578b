import type { FleetNode } from "../support/fleet-node.js";
import { startFleetNode, testCredentials } from "../support/fleet-node.js";
import { EventStreamReader } from "../support/event-stream.js";
import { HttpClient } from "../support/http-client.js";
import { logInAt } from "../support/log-in-at.js";
import { startPostgres } from "../support/postgres-server.js";
import { startRedis } from "../support/redis-server.js";
import { makeTempFolder } from "../support/temp-folder.js";

type Sections = Record<string, Record<string, unknown>>;

/** What the pages promise of a report that another node takes. */
const WITHIN_MS = 2_000;
/** Of a machine that is busy with other tests. */
const SLACK_MS = 2_000;

const clusters: Record<string, () => Promise<Sections>> = {
  redis: async () => {
    const { port } = await startRedis();
    return { cluster: { backend: "redis", redis_port: port }, sessions: { backend: "redis", redis: { port } } };
  },
  postgres: async () => {
    const server = await startPostgres();
    return { cluster: { backend: "postgres", db_url: await server.createDatabase("live") } };
  },
  file: () => Promise.resolve({}),
};

async function startTwo(sections: Sections): Promise<[FleetNode, FleetNode]> {
  const folder = makeTempFolder("live");
  const start = (node_id: string) =>
    startFleetNode({
      config: {
        server: { db_path: `${folder}/fleet.sqlite3` },
        sessions: { session_dir: `${folder}/sessions`, ...sections.sessions },
        cluster: {
          enabled: true,
          node_id,
          secret: "a secret for tests",
          state_path: `${folder}/nodes`,
          ...sections.cluster,
        },
      },
    });
  return Promise.all([start("a"), start("b")]);
}

describe.each(Object.keys(clusters))("two nodes with their registry in %s", (backend) => {
  let nodes: [FleetNode, FleetNode];
  let operator: HttpClient;
  let agent: HttpClient;

  beforeAll(async () => {
    nodes = await startTwo((await clusters[backend]?.()) ?? {});
    operator = await logInAt(nodes[1]);
    agent = new HttpClient(nodes[0].url, { headers: { "x-api-key": testCredentials.apiKey } });
  });

  afterAll(() => {
    operator.close();
    agent.close();
  });

  const report = (machine_id: string, percent: number) =>
    agent.post("/api/fleet/report", { json: { machine_id, metrics: { cpu: { percent } } } });

  it("show a report that one of them takes on a page of the other", async () => {
    await report("web-01", 10);
    const stream = await EventStreamReader.open(operator, "machines=web-01,web-02");
    expect(await stream.waitForMessage("hello", { what: "a greeting" })).toMatchObject({ data: { node_id: "b" } });
    const cpuOf = (data: Record<string, unknown>) => {
      const [machine] = data.machines as { latest_metrics: { cpu: { percent: number } } }[];
      return machine?.latest_metrics.cpu.percent;
    };
    await stream.waitForMessage("machines", { what: "the machine as it is", is: (data) => cpuOf(data) === 10 });
    for (const percent of [20, 30, 40]) {
      const reportedAt = performance.now();
      expect((await report("web-01", percent)).status).toBe(200);
      await stream.waitForMessage("machines", { what: `${percent} %`, is: (data) => cpuOf(data) === percent });
      expect(performance.now() - reportedAt).toBeLessThan(WITHIN_MS + SLACK_MS);
    }
    // Nobody watches that one.
    expect(JSON.stringify(stream.messages)).not.toContain("web-03");
  });

  it("tell of a machine that is removed at the other, and of what the log gains, once each", async () => {
    await report("web-09", 10);
    const stream = await EventStreamReader.open(operator, "machines=web-09&events=true");
    await stream.waitForMessage("machines", { what: "the machine" });
    const other = await logInAt(nodes[0]);
    await other.request("DELETE", "/api/fleet/machine/web-09");
    other.close();
    await stream.waitForMessage("machines", {
      what: "its removal",
      is: ({ removed }) => JSON.stringify(removed) === '["web-09"]',
    });
    await stream.waitForMessage("event", { what: "the event", is: ({ kind }) => kind === "machine.deleted" });
    const ids = stream.of("event").map(({ data }) => data.id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
