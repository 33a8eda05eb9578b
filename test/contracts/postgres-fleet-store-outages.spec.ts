import { BackendUnavailableError } from "../../src/common/fleet-error.js";
import type { PostgresFleetStore } from "../../src/fleet/store/postgres/postgres-fleet-store.js";
import { NOW, report } from "../support/accepted-report.js";
import { waitFor } from "../support/wait-for.js";
import { allTime, everything, limits } from "./fleet-queries.js";
import { PostgresFleet, failureOf } from "./postgres-fleet.js";

const fleet = PostgresFleet.forEachTest();

describe("a PostgreSQL that cannot be used", () => {
  const calls = (store: PostgresFleetStore): [name: string, call: () => Promise<unknown>][] => [
    ["commit", () => store.commit([report("web-01", 5)])],
    ["machines", () => store.machines(everything, NOW, limits)],
    ["machine", () => store.machine("web-01", "")],
    ["samples", () => store.history.samples("web-01", allTime)],
    ["summary", () => store.summary(NOW, limits)],
    ["remove", () => store.remove("web-02")],
    ["check", () => store.check()],
  ];

  it("is BackendUnavailableError for every call while it is stopped, and is found again", async () => {
    const store = fleet.open();
    await store.commit([report("web-01", 60)]);
    await fleet.server.stop();
    for (const [name, call] of calls(store)) {
      expect([name, await failureOf(call())]).toEqual([name, expect.any(BackendUnavailableError)]);
    }
    await fleet.server.start();
    for (const [name, call] of calls(store)) expect([name, await failureOf(call())]).toEqual([name, null]);
    expect(await store.history.samples("web-01", allTime)).toHaveLength(2);
  });

  it("is BackendUnavailableError within the load balancer's patience while it hangs", async () => {
    const store = fleet.open();
    for (const [, call] of calls(store)) await call();
    fleet.server.freeze();
    try {
      const failures = await Promise.all(
        calls(store).map(async ([name, call]) => {
          const asked = performance.now();
          return { name, failure: await failureOf(call()), ms: performance.now() - asked };
        }),
      );
      for (const { name, failure, ms } of failures) {
        expect([name, failure]).toEqual([name, expect.any(BackendUnavailableError)]);
        // Under 2 s where nothing else disturbs it.
        expect(ms).toBeLessThan(4_500);
      }
    } finally {
      fleet.server.resume();
    }
    await waitFor(() => store.commit([report("web-01", 1)]).then(() => true), { what: "PostgreSQL to answer again" });
  });

  it("is BackendUnavailableError while somebody locks a table, and the report is stored once when it is repeated", async () => {
    const store = fleet.open();
    await store.commit([report("web-01", 60)]);
    const late = report("web-01", 5);
    const locking = fleet.query("BEGIN; LOCK TABLE history_samples; SELECT pg_sleep(4); COMMIT");
    await waitFor(
      async () =>
        (
          await fleet.query(
            "SELECT 1 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation = 'history_samples'::regclass",
          )
        ).length > 0,
      { what: "the lock" },
    );
    const failure = await failureOf(store.commit([late]));
    expect(failure).toBeInstanceOf(BackendUnavailableError);
    await expect(store.check()).resolves.toBeUndefined();
    await locking;
    await store.commit([late]);
    expect(await store.history.samples("web-01", allTime)).toHaveLength(2);
  });

  it("is BackendUnavailableError where it takes no writes; reading goes on", async () => {
    await fleet.open().commit([report("web-01", 60)]);
    await fleet.server.query(
      `ALTER DATABASE ${new URL(fleet.url).pathname.slice(1)} SET default_transaction_read_only = on`,
    );
    const store = fleet.open();
    expect(await failureOf(store.check())).toBeInstanceOf(BackendUnavailableError);
    expect(await failureOf(store.commit([report("web-01", 5)]))).toBeInstanceOf(BackendUnavailableError);
    expect((await store.machine("web-01", ""))?.lastSeen).toBe(NOW - 60_000);
  });
});

describe("a commit that PostgreSQL sends away to protect another", () => {
  const setForNewConnections = (setting: string) =>
    fleet.server.query(`ALTER DATABASE ${new URL(fleet.url).pathname.slice(1)} SET ${setting}`);
  const waiting = "EXISTS (SELECT FROM pg_locks WHERE NOT granted)";
  const untilOneWaits = `DO $$ BEGIN WHILE NOT ${waiting} LOOP PERFORM pg_sleep(0.005); END LOOP; END $$`;
  const touch = (id: string) => `UPDATE machines SET first_seen = first_seen WHERE machine_id = '${id}'`;

  async function commitBehind(other: string): Promise<void> {
    const store = fleet.open();
    await store.commit([report("a", 60), report("b", 60)]);
    const locking = fleet.query(`BEGIN; ${touch("b")}; ${untilOneWaits}; ${other}; COMMIT`);
    const locked = "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'BEGIN; UPDATE%' AND backend_xid IS NOT NULL";
    await waitFor(async () => (await fleet.query(locked)).length > 0, { what: "the lock" });
    await store.commit([report("b", 5), report("a", 5)]);
    await locking;
    for (const id of ["a", "b"]) expect(await store.history.samples(id, allTime)).toHaveLength(2);
  }

  it("is tried again after a deadlock with a stranger", async () => {
    await setForNewConnections("deadlock_timeout = '500ms'");
    await commitBehind(`SET LOCAL deadlock_timeout = '60s'; ${touch("a")}`);
    const [row] = await fleet.query("SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()");
    expect(row).toEqual({ deadlocks: 1 });
  });

  it("is tried again where the isolation level lets nobody go on who waited", async () => {
    await setForNewConnections("default_transaction_isolation = 'repeatable read'");
    await commitBehind("SELECT 1");
  });
});
