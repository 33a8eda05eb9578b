import { PostgresNodeRegistry } from "../../src/cluster/registry/postgres-node-registry.js";
import { BackendUnavailableError } from "../../src/common/fleet-error.js";
import { type PostgresServer, startPostgres } from "../support/postgres-server.js";
import { waitFor } from "../support/wait-for.js";
import { testNodeRegistry } from "./node-registry.contract.js";
import { readWhileProcessesWrite } from "./node-registry-processes.js";

let server: PostgresServer;
let databases = 0;

const freshDatabase = () => server.createDatabase(`registry_${++databases}`);

beforeAll(async () => {
  server = await startPostgres();
});

testNodeRegistry({
  name: "PostgreSQL",
  open: async () => {
    // What the test before has stopped; its data are still there, but each test has a database of its own.
    if (server.process.exit !== null) await server.start();
    const url = await freshDatabase();
    return { open: () => new PostgresNodeRegistry(url), cutOff: () => server.stop() };
  },
});

describe("PostgresNodeRegistry", () => {
  let url: string;
  const opened: PostgresNodeRegistry[] = [];

  function registryAt(address: string): PostgresNodeRegistry {
    const registry = new PostgresNodeRegistry(address);
    opened.push(registry);
    return registry;
  }

  beforeEach(async () => {
    if (server.process.exit !== null) await server.start();
    url = await freshDatabase();
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((registry) => registry.close()));
  });

  it("makes its tables once when many nodes start together", async () => {
    const nodes = Array.from({ length: 12 }, () => registryAt(url));
    await Promise.all(nodes.map((node, at) => node.publish(`node-${at}`, "record")));
    expect(await nodes[0]?.list()).toHaveLength(12);
  });

  it("shows whole records only while other processes write", async () => {
    const writer = { file: "postgres-node-registry", name: "PostgresNodeRegistry", argument: url };
    await readWhileProcessesWrite(registryAt(url), writer);
  });

  it("works for a role that may not create tables, once they are there", async () => {
    const admin = registryAt(url);
    await admin.publish("a", "record of a");
    await admin.id();
    await server.query("CREATE ROLE plain LOGIN PASSWORD 'plain'");
    await server.query("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO plain", url);
    const plain = registryAt(url.replace(`${server.user}:${server.password}`, "plain:plain"));
    await plain.publish("b", "record of b");
    expect((await plain.list()).map(({ nodeId }) => nodeId).sort()).toEqual(["a", "b"]);
    expect(await plain.id()).toBe(await admin.id());
  });

  it("measures age by the server's clock, and never below zero", async () => {
    const registry = registryAt(url);
    await registry.publish("a", "first");
    await server.query("UPDATE fleet_cluster_nodes SET written_at = clock_timestamp() - interval '1 minute'", url);
    const aged = (await registry.list())[0]?.ageMs ?? NaN;
    expect(aged).toBeGreaterThanOrEqual(60_000);
    expect(aged).toBeLessThan(70_000);
    await server.query("UPDATE fleet_cluster_nodes SET written_at = clock_timestamp() + interval '1 minute'", url);
    expect((await registry.list())[0]?.ageMs).toBe(0);
  });

  it("does not wait for ever for a PostgreSQL that hangs, and works again when it goes on", async () => {
    const registry = registryAt(url);
    await registry.publish("a", "first");
    server.freeze();
    try {
      // The connection that was there, then the attempt to make another one.
      for (const limitMs of [2_500, 3_000]) {
        const asked = performance.now();
        const error: unknown = await registry.list().catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(BackendUnavailableError);
        expect(performance.now() - asked).toBeLessThan(limitMs);
      }
    } finally {
      server.resume();
    }
    await waitFor(() => registry.publish("a", "second").then(() => true), { what: "PostgreSQL to answer again" });
    expect(await registry.list()).toMatchObject([{ nodeId: "a", record: "second" }]);
  });

  it("fails at once while PostgreSQL is dead, and works again by itself when it is back", async () => {
    const registry = registryAt(url);
    await registry.publish("a", "first");
    await server.kill();
    const asked = performance.now();
    await expect(registry.list()).rejects.toBeInstanceOf(BackendUnavailableError);
    await expect(registry.list()).rejects.toThrow("The cluster registry cannot be reached");
    expect(performance.now() - asked).toBeLessThan(4_000);
    await server.start();
    expect(await registry.list()).toMatchObject([{ nodeId: "a", record: "first" }]);
  });

  it("lets go of a server that hangs", async () => {
    const registry = registryAt(url);
    await registry.publish("a", "record of a");
    server.freeze();
    const asked = performance.now();
    await opened.pop()?.close();
    server.resume();
    expect(performance.now() - asked).toBeLessThan(4_000);
  });

  it("tells the cause, but no password, when PostgreSQL refuses it", async () => {
    const registry = registryAt(url.replace(server.password, "not-the-password"));
    const error = (await registry.list().catch((thrown: unknown) => thrown)) as Error;
    expect(String(error.cause)).toContain("password authentication failed");
    expect(String(error.cause) + error.message).not.toContain("not-the-password");
  });

  it("shows up in PostgreSQL by its name, with no more than two connections", async () => {
    const registry = registryAt(url);
    await Promise.all(Array.from({ length: 10 }, (_, at) => registry.publish(`node-${at}`, "record")));
    const rows = await server.query(
      "SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'fleet-server-cluster'",
      url,
    );
    expect([1, 2]).toContain(rows[0]?.n);
  });
});
