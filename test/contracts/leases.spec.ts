import type { DataSource } from "typeorm";
import { LeaseRow } from "../../src/database/leases/lease.entity.js";
import type { Lease } from "../../src/database/leases/lease.js";
import { Leases } from "../../src/database/leases/leases.js";
import { Transactions } from "../../src/database/transactions.js";
import { onCleanup } from "../support/cleanup.js";
import { type PostgresServer, startPostgres } from "../support/postgres-server.js";
import { waitFor } from "../support/wait-for.js";
import { withClockAhead } from "./clock-ahead.js";
import { type FleetDatabase, postgresDatabase, sqliteDatabase, writtenTable } from "./fleet-databases.js";
import { contend, startLeaseProcess, stayInsideWrite, writeWhenTold } from "./lease-process.js";

const LONG_MS = 60_000;

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
});

async function nodeOf(database: FleetDatabase): Promise<DataSource> {
  return database.open([LeaseRow, writtenTable]);
}

function leasesOf(dataSource: DataSource, holder: string, leaseMs: number): Leases {
  const transactions = new Transactions(dataSource);
  onCleanup(() => transactions.onApplicationShutdown());
  return new Leases(dataSource.getRepository(LeaseRow), transactions, holder, leaseMs);
}

function acquire(leases: Leases): Promise<Lease> {
  return waitFor(() => leases.acquire("job"), { what: "the lease", timeoutMs: 30_000, intervalMs: 10 });
}

describe.each([
  ["SQLite", () => sqliteDatabase()],
  ["PostgreSQL", () => postgresDatabase(server)],
])("leases on %s", (_name, makeDatabase) => {
  let database: FleetDatabase;
  let one: DataSource;
  let other: DataSource;

  beforeEach(async () => {
    database = await makeDatabase();
    [one, other] = [await nodeOf(database), await nodeOf(database)];
  });

  const lines = async () => (await other.getRepository(writtenTable).find()).map(({ line }) => line).sort();
  const rowOf = () => other.getRepository(LeaseRow).findOneByOrFail({ name: "job" });
  const put = (lease: Lease, line: string) => lease.write((manager) => manager.insert(writtenTable, { line }));

  it("are held by one of many processes at a time, and their tokens only grow", async () => {
    const contenders = ["a", "b", "c", "d"].map((holder) =>
      startLeaseProcess(database, contend, { holder, leaseMs: LONG_MS, rounds: 10 }),
    );
    for (const contender of contenders) {
      expect([contender.output, await contender.exited]).toEqual([expect.anything(), { code: 0, signal: null }]);
    }
    const tokens = contenders.map(({ output }) =>
      [...output.matchAll(/token (\d+)/g)].map(([, token]) => Number(token)),
    );
    for (const own of tokens) expect(own).toEqual([...own].sort((x, y) => x - y));
    expect(tokens.flat().sort((x, y) => x - y)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  });

  it("keep others out for as long as the holder renews them", async () => {
    const lease = await acquire(leasesOf(one, "one", 900));
    const waiting = leasesOf(other, "other", 900);
    let taken = 0;
    const renewedOften = async () => {
      if (await waiting.acquire("job")) taken++;
      return (await rowOf()).version >= 6;
    };
    await waitFor(renewedOften, { what: "some renewals", timeoutMs: 30_000, intervalMs: 10 });
    expect(taken).toBe(0);
    expect(lease.signal.aborted).toBe(false);
    await lease.release({ finished: true });
  });

  it("go to the next one at once when they are released", async () => {
    const lease = await acquire(leasesOf(one, "one", LONG_MS));
    const waiting = leasesOf(other, "other", LONG_MS);
    await expect(waiting.acquire("job")).resolves.toBeNull();
    await lease.release({ finished: false });
    await expect(waiting.look("job")).resolves.toMatchObject({ held: false, freeInMs: 0, finished: false });
    const next = await waiting.acquire("job");
    expect(next?.token).toBe(lease.token + 1);
    await next?.release({ finished: true });
    await expect(waiting.look("job")).resolves.toMatchObject({ held: false, finished: true });
  });

  it("tell whoever released or lost them that nothing is written any more", async () => {
    const lease = await acquire(leasesOf(one, "one", LONG_MS));
    await lease.release({ finished: true });
    await expect(put(lease, "late")).rejects.toMatchObject({ code: "LEASE_LOST" });
    expect(await lines()).toEqual([]);
  });

  it("refuse by the token what a former holder writes who believes to hold them, and leave the new one's alone", async () => {
    const believer = await acquire(leasesOf(one, "one", LONG_MS));
    await put(believer, "early");
    // Taken over as if the holder had been silent: to these leases a moment is long.
    const lease = await acquire(leasesOf(other, "other", 1));
    expect(lease.token).toBe(believer.token + 1);
    expect(believer.signal.aborted).toBe(false);
    await expect(put(believer, "late")).rejects.toMatchObject({ code: "LEASE_LOST" });
    expect(believer.signal.aborted).toBe(true);
    await believer.release({ finished: true });
    expect(await rowOf()).toMatchObject({ holder: "other", finished: false });
    expect(await lines()).toEqual(["early"]);
  });

  it("keep all of a write or nothing", async () => {
    const lease = await acquire(leasesOf(one, "one", LONG_MS));
    const half = lease.write(async (manager) => {
      await manager.insert(writtenTable, { line: "half" });
      throw new Error("the other half failed");
    });
    await expect(half).rejects.toThrow("the other half failed");
    await put(lease, "whole");
    expect(await lines()).toEqual(["whole"]);
    await lease.release({ finished: true });
  });

  it("are not taken early by a node whose clock is hours ahead", async () => {
    const lease = await acquire(leasesOf(one, "one", LONG_MS));
    await withClockAhead(7_200_000, async () => {
      const ahead = leasesOf(other, "ahead", LONG_MS);
      await expect(ahead.acquire("job")).resolves.toBeNull();
      expect((await ahead.look("job")).freeInMs).toBeGreaterThan(LONG_MS / 2);
    });
    await lease.release({ finished: true });
  });

  it.each([
    ["knows how long it slept", 1_500],
    ["does not know that it slept, as in a machine that was suspended", LONG_MS],
  ])("are lost by a frozen holder, whose late write is refused, where it %s", async (_what, leaseMs) => {
    const holder = startLeaseProcess(database, writeWhenTold, { holder: "frozen", leaseMs });
    await holder.waitForLine(/holding/);
    holder.kill("SIGSTOP");
    const lease = await acquire(leasesOf(one, "one", 1_500));
    await put(lease, "the other's");
    holder.kill("SIGUSR2");
    holder.kill("SIGCONT");
    await holder.waitForLine(/outcome LEASE_LOST/);
    await expect(holder.exited).resolves.toEqual({ code: 0, signal: null });
    expect(await lines()).toEqual(["early", "the other's"]);
    expect(await rowOf()).toMatchObject({ holder: "one", token: lease.token });
    await lease.release({ finished: true });
  });

  it("are given up by a holder that cannot renew them", async () => {
    const lease = await acquire(leasesOf(one, "one", 1_000));
    const blocker = other.createQueryRunner();
    await blocker.connect();
    await blocker.query(other.options.type === "postgres" ? "BEGIN" : "BEGIN IMMEDIATE");
    await blocker.query("UPDATE leases SET version = version");
    await waitFor(() => lease.signal.aborted, { what: "the holder to give up" });
    await expect(put(lease, "late")).rejects.toMatchObject({ code: "LEASE_LOST" });
    await blocker.query("ROLLBACK");
    await blocker.release();
    expect(await lines()).toEqual([]);
  });
});

it("a holder frozen inside a write loses a lease on PostgreSQL too, and nothing of that write is kept", async () => {
  const database = await postgresDatabase(server);
  const dataSource = await nodeOf(database);
  const holder = startLeaseProcess(database, stayInsideWrite, { holder: "frozen", leaseMs: 1_000 });
  await holder.waitForLine(/inside/);
  holder.kill("SIGSTOP");
  const lease = await acquire(leasesOf(dataSource, "one", 1_000));
  holder.kill("SIGUSR2");
  holder.kill("SIGCONT");
  await holder.waitForLine(/outcome refused/);
  await expect(holder.exited).resolves.toEqual({ code: 0, signal: null });
  expect(await dataSource.getRepository(writtenTable).find()).toEqual([]);
  await lease.release({ finished: true });
});
