import path from "node:path";
import { type FleetNode, startFleetNode, testCredentials } from "../support/fleet-node.js";
import { HttpClient } from "../support/http-client.js";
import { newFernetKey } from "../support/keys.js";
import { startPostgres } from "../support/postgres-server.js";
import { makeTempFolder } from "../support/temp-folder.js";
import { waitFor } from "../support/wait-for.js";

interface ClusterStatus {
  backend: string;
  nodes: { node_id: string; status: string }[];
}

type ClusterSettings = Readonly<Record<string, unknown>>;

/** Two nodes over one fleet database and one registry. */
async function startPair(cluster: ClusterSettings): Promise<[one: FleetNode, other: FleetNode]> {
  const folder = makeTempFolder("pair");
  const server = { db_path: path.join(folder, "fleet.sqlite3"), db_encryption_key: newFernetKey() };
  const sessions = { backend: "file", session_dir: path.join(folder, "sessions") };
  const common = { enabled: true, heartbeat_interval: 1, node_timeout: 3, ...cluster };
  const start = (node_id: string) => startFleetNode({ config: { server, sessions, cluster: { ...common, node_id } } });
  return [await start("one"), await start("other")];
}

async function loggedIn(node: FleetNode): Promise<HttpClient> {
  const client = new HttpClient(node.url);
  await client.login(testCredentials.username, testCredentials.password);
  return client;
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
  await waitFor(isExpected, { what, timeoutMs: 20_000 });
}

describe("two nodes", () => {
  it.each(["postgres", "sqlite"])(
    "see each other, and one of them die, by the %s registry",
    async (backend) => {
      const settings =
        backend === "postgres"
          ? { backend, db_url: (await startPostgres()).url }
          : { backend, state_path: path.join(makeTempFolder("registry"), "cluster-state.json") };
      const [one, other] = await startPair(settings);
      const [atOne, atOther] = [await loggedIn(one), await loggedIn(other)];
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
    },
    120_000,
  );

  it("name the cause while PostgreSQL hangs, and are healthy again by themselves", async () => {
    const postgres = await startPostgres();
    const [one, other] = await startPair({ backend: "postgres", db_url: postgres.url });
    const client = await loggedIn(one);
    const health = async () => (await client.get("/api/fleet/cluster/health")).status;
    await shows(client, { one: "active", other: "active" });
    postgres.freeze();
    await waitFor(async () => (await health()) === 503, { what: "the probe to fail", timeoutMs: 20_000 });
    // What needs no registry keeps working.
    expect((await client.get("/api/fleet/machines")).status).toBe(200);
    postgres.resume();
    await waitFor(async () => (await health()) === 200, { what: "the probe to pass again", timeoutMs: 20_000 });
    await shows(client, { one: "active", other: "active" });
    expect(one.output).not.toContain(postgres.password);
    client.close();
    await Promise.all([one.stop(), other.stop()]);
  }, 120_000);
});
