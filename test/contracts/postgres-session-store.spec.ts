import pg from "pg";
import { BackendUnavailableError } from "../../src/common/fleet-error.js";
import { PostgresSessionTable } from "../../src/sessions/store/postgres-session-table.js";
import { sessionKeyOf } from "../../src/sessions/store/session-key.js";
import { SqlSessionStore } from "../../src/sessions/store/sql-session-store.js";
import { type PostgresServer, startPostgres } from "../support/postgres-server.js";
import { waitFor } from "../support/wait-for.js";
import { create, get, set, touch } from "./session-calls.js";

const sessionId = "a-session-id-that-is-a-secret";
const TTL = 3600;

/** What the PostgreSQL session store promises besides the contract. */
describe("the postgres session store", () => {
  let server: PostgresServer;
  let url: string;
  let store: SqlSessionStore;
  let databases = 0;
  const opened: { close(): Promise<void> }[] = [];

  const opening = <T extends { close(): Promise<void> }>(one: T): T => {
    opened.push(one);
    return one;
  };
  const openTable = (address = url) => opening(new PostgresSessionTable(address, TTL));
  const open = (address = url) => opening(new SqlSessionStore(new PostgresSessionTable(address, TTL), TTL));
  const age = (seconds: number) =>
    server.query(`UPDATE fleet_sessions SET used_at = used_at - interval '${seconds} seconds'`, url);
  const count = async () => (await server.query("SELECT count(*)::int AS n FROM fleet_sessions", url))[0]?.n;

  beforeAll(async () => {
    server = await startPostgres();
  });

  beforeEach(async () => {
    url = await server.createDatabase(`sessions_${++databases}`);
    store = open();
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
  });

  it("makes its table once when many nodes start together", async () => {
    const nodes = Array.from({ length: 8 }, () => open());
    await Promise.all(nodes.map((node, at) => create(node, `s${at}`, "alice")));
    expect(await count()).toBe(8);
  });

  it("works for a role that may not create tables, once they are there", async () => {
    await store.check();
    await server.query("CREATE ROLE plain LOGIN PASSWORD 'plain'");
    await server.query("GRANT SELECT, INSERT, UPDATE, DELETE ON fleet_sessions TO plain", url);
    const plain = open(url.replace(`${server.user}:${server.password}`, "plain:plain"));
    await create(plain, sessionId, "alice");
    await expect(get(store, sessionId)).resolves.not.toBeNull();
  });

  it("holds no session id", async () => {
    await create(store, sessionId, "alice");
    const rows = await server.query("SELECT key, convert_from(text, 'UTF8') AS text FROM fleet_sessions", url);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).toContain("alice");
    expect(JSON.stringify(rows)).not.toContain(sessionId);
  });

  it("keeps names that the database's own encoding does not know", async () => {
    await server.query("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
    const latin = open(url.replace(/[^/]+$/, "latin"));
    await create(latin, sessionId, "Łukasz 🦊");
    expect((await get(latin, sessionId))?.user?.username).toBe("Łukasz 🦊");
  });

  it("renews a session once a minute, not at every request", async () => {
    const session = await create(store, sessionId, "alice");
    const version = async () => (await server.query("SELECT xmin::text AS v FROM fleet_sessions", url))[0]?.v;
    const created = await version();
    await touch(store, sessionId, session);
    const renewed = await version();
    expect(renewed).not.toBe(created);
    for (let request = 0; request < 10; request++) await touch(store, sessionId, session);
    expect(await version()).toBe(renewed);
  });

  it("ends sessions by the server's clock", async () => {
    const session = await create(store, sessionId, "alice");
    await age(TTL - 60);
    await expect(get(store, sessionId)).resolves.not.toBeNull();
    await age(120);
    await expect(get(store, sessionId)).resolves.toBeNull();
    await set(store, sessionId, session);
    await expect(get(store, sessionId)).resolves.toBeNull();
  });

  it("removes expired sessions in steps of a few, and no others", async () => {
    await Promise.all(Array.from({ length: 25 }, (_, i) => create(store, `expired-${i}`, "alice")));
    await age(TTL + 10);
    await create(store, "alive", "bob");
    const table = openTable();
    const steps = [await table.removeExpired(10), await table.removeExpired(10), await table.removeExpired(10)];
    expect(steps).toEqual([10, 10, 5]);
    await expect(get(store, "alive")).resolves.not.toBeNull();
    expect(await count()).toBe(1);
  });

  it("removes each expired session once when several nodes do it at once", async () => {
    await Promise.all(Array.from({ length: 300 }, (_, i) => create(store, `expired-${i}`, "alice")));
    await age(TTL + 10);
    const tables = [openTable(), openTable(), openTable()];
    const removed = await Promise.all(
      tables.map(async (table) => {
        let sum = 0;
        for (let last = 1; last > 0; sum += last) last = await table.removeExpired(10);
        return sum;
      }),
    );
    expect(removed.reduce((sum, each) => sum + each, 0)).toBe(300);
    expect(await count()).toBe(0);
  });

  it("passes over an expired session that somebody holds locked, instead of waiting", async () => {
    await create(store, "held", "alice");
    await create(store, "free", "bob");
    await age(TTL + 10);
    const holder = new pg.Client({ connectionString: url });
    await holder.connect();
    const table = openTable();
    try {
      await holder.query("BEGIN");
      await holder.query("SELECT 1 FROM fleet_sessions WHERE key = $1 FOR UPDATE", [sessionKeyOf("held")]);
      expect(await table.removeExpired(10)).toBe(1);
    } finally {
      await holder.end();
    }
    expect(await table.removeExpired(10)).toBe(1);
  });

  it("answers within about two seconds when PostgreSQL hangs, however many ask, and works again when it goes on", async () => {
    await create(store, sessionId, "alice");
    server.freeze();
    try {
      // On connections that were there, then on attempts to make others.
      for (let round = 0; round < 2; round++) {
        const asked = performance.now();
        const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => get(store, sessionId)));
        expect(performance.now() - asked).toBeLessThan(4_000);
        for (const outcome of outcomes) {
          expect(outcome).toMatchObject({ status: "rejected", reason: expect.any(BackendUnavailableError) as unknown });
        }
      }
    } finally {
      server.resume();
    }
    await waitFor(() => get(store, sessionId), { what: "the session to be found again" });
  });

  it("answers within about two seconds while somebody holds the whole table locked, and then goes on", async () => {
    await create(store, sessionId, "alice");
    const holder = new pg.Client({ connectionString: url });
    await holder.connect();
    try {
      await holder.query("BEGIN; LOCK TABLE fleet_sessions");
      const asked = performance.now();
      const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => get(store, sessionId)));
      expect(performance.now() - asked).toBeLessThan(4_000);
      for (const outcome of outcomes) {
        expect(outcome).toMatchObject({ status: "rejected", reason: expect.any(BackendUnavailableError) as unknown });
      }
    } finally {
      await holder.end();
    }
    await waitFor(() => get(store, sessionId), { what: "the session to be found again" });
  });

  it("fails at once while PostgreSQL is dead, and knows the session again by itself when it is back", async () => {
    await create(store, sessionId, "alice");
    await server.kill();
    const asked = performance.now();
    for (let request = 0; request < 3; request++) {
      await expect(get(store, sessionId)).rejects.toBeInstanceOf(BackendUnavailableError);
    }
    expect(performance.now() - asked).toBeLessThan(3_000);
    await server.start();
    expect((await get(store, sessionId))?.user?.username).toBe("alice");
  });

  it("closes soon while PostgreSQL hangs", async () => {
    await create(store, sessionId, "alice");
    server.freeze();
    opened.length = 0;
    const asked = performance.now();
    await store.close();
    expect(performance.now() - asked).toBeLessThan(4_000);
    server.resume();
  });

  it("shows up in PostgreSQL by its name, with no more than four connections", async () => {
    await Promise.all(Array.from({ length: 20 }, (_, i) => create(store, `s${i}`, "alice")));
    const rows = await server.query(
      "SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'fleet-server-sessions'",
      url,
    );
    expect(rows[0]?.n).toBeGreaterThanOrEqual(1);
    expect(rows[0]?.n).toBeLessThanOrEqual(4);
  });
});
