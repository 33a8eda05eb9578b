import type { FleetNode } from "../support/fleet-node.js";
import type { HttpClient } from "../support/http-client.js";
import { newFernetKey } from "../support/keys.js";
import { logInAt } from "../support/log-in-at.js";
import { type PostgresServer, startPostgres } from "../support/postgres-server.js";
import { waitFor } from "../support/wait-for.js";
import { NodesOnOneDatabase } from "./nodes-on-one-database.js";

interface ClusterStatus {
  backend: string;
  nodes: { node_id: string; status: string }[];
}

/** Two nodes over one fleet database and one registry. */
function startPair(cluster: Readonly<Record<string, unknown>>): Promise<[one: FleetNode, other: FleetNode]> {
  const server = { db_encryption_key: newFernetKey() };
  const nodes = new NodesOnOneDatabase({ server, cluster: { heartbeat_interval: 0.5, node_timeout: 2, ...cluster } });
  return Promise.all([nodes.start("one"), nodes.start("other")]);
}

async function statusesAt(client: HttpClient): Promise<Record<string, string>> {
  const { nodes } = (await client.get("/api/fleet/cluster/status")).json() as ClusterStatus;
  return Object.fromEntries(nodes.map(({ node_id, status }) => [node_id, status]));
}

async function shows(client: HttpClient, expected: Record<string, string>): Promise<void> {
  const what = `the cluster to be ${JSON.stringify(expected)}`;
  const isExpected = async () => {
    expect(await statusesAt(client)).toEqual(expected);
    return true;
  };
  await waitFor(isExpected, { what });
}

describe("two nodes", () => {
  let postgres: PostgresServer;

  beforeAll(async () => {
    postgres = await startPostgres();
  });

  it.each(["postgres", "sqlite"])("see each other, and one of them die, by the %s registry", async (backend) => {
    const [one, other] = await startPair({ backend, ...(backend === "postgres" && { db_url: postgres.url }) });
    const [atOne, atOther] = [await logInAt(one), await logInAt(other)];
    await shows(atOne, { one: "active", other: "active" });
    await shows(atOther, { one: "active", other: "active" });
    expect((await atOne.get("/api/fleet/cluster/status")).json()).toMatchObject({ backend });

    await other.kill();
    await shows(atOne, { one: "active", other: "inactive" });
    expect((await atOne.get("/api/fleet/cluster/health")).status).toBe(200);
    await other.start();
    await shows(atOne, { one: "active", other: "active" });
    await other.stop();
    await shows(atOne, { one: "active", other: "stopped" });

    atOne.close();
    atOther.close();
    await one.stop();
  });

  it("name the cause while PostgreSQL hangs, and are healthy again by themselves", async () => {
    const [one, other] = await startPair({ backend: "postgres", db_url: await postgres.createDatabase("hanging") });
    const client = await logInAt(one);
    const health = async () => (await client.get("/api/fleet/cluster/health")).status;
    await shows(client, { one: "active", other: "active" });
    postgres.freeze();
    try {
      await waitFor(async () => (await health()) === 503, { what: "the probe to fail" });
      // What needs no registry keeps working.
      expect((await client.get("/api/fleet/machines")).status).toBe(200);
    } finally {
      postgres.resume();
    }
    await waitFor(async () => (await health()) === 200, { what: "the probe to pass again" });
    await shows(client, { one: "active", other: "active" });
    expect(one.output).not.toContain(postgres.password);
    client.close();
    await Promise.all([one.stop(), other.stop()]);
  });
});
