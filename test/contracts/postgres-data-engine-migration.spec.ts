import pg from "pg";
import { migratePostgres } from "../../src/database/migrate-postgres.js";
import { Fleet1764000000001 } from "../../src/database/migrations/postgres/1764000000001-fleet.js";
import { Leases1764300000000 } from "../../src/database/migrations/postgres/1764300000000-leases.js";
import { DataEngine1764600000000 } from "../../src/database/migrations/postgres/1764600000000-data-engine.js";
import { PostgresDataSource } from "../../src/database/postgres-data-source.js";
import { report } from "../support/accepted-report.js";
import { onCleanup } from "../support/cleanup.js";
import { type PostgresServer, startPostgres } from "../support/postgres-server.js";
import { waitFor } from "../support/wait-for.js";
import { expectClose, expectedRollups, joinedRollups } from "./expected-rollups.js";
import { postgresFleetStore } from "./fleet-database.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const earlier = [Fleet1764000000001, Leases1764300000000];
const fence = { name: "history", holder: "a", token: 1 };
const limits = { rawMs: 30 * DAY, rawSamples: null, fiveMinuteMs: 30 * DAY, hourlyMs: 730 * DAY };
const allTime = { from: 0, to: Number.MAX_SAFE_INTEGER, limit: 100_000 };
const everything = { limit: 100, sort: "name", descending: false, status: undefined, after: undefined } as const;
const statusLimits = { warningAfterMs: 30_000, offlineAfterMs: 60_000 };

let server: PostgresServer;
let url: string;
let databases = 0;

beforeAll(async () => {
  server = await startPostgres();
});

beforeEach(async () => {
  url = await server.createDatabase(`earlier_${++databases}`);
  await migrate(earlier);
  await server.query("INSERT INTO leases VALUES ('history', 'a', 1, 1, false)", url);
});

async function migrate(migrations: (new () => Fleet1764000000001)[]): Promise<void> {
  const dataSource = new PostgresDataSource(url, { purpose: "tests", max: 1 }, { migrations });
  await dataSource.initialize();
  try {
    await migratePostgres(dataSource, () => Promise.resolve());
  } finally {
    await dataSource.destroy();
  }
}

/** A node of the version before, whose every commit is one call of its own procedure. */
async function startEarlierNode() {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  onCleanup(() => client.end());
  const commit = async (machines: readonly string[], at: number, cpu: number) => {
    const each = <T>(value: T) => machines.map(() => value);
    const metrics = `{"at":${at}}`;
    const parameters = [
      ...[machines, each(at), each(at), each(null), each(false), each(2), each("info"), machines, each(null)],
      ...[each(null), each(metrics.length), Buffer.from(machines.map(() => `{}${metrics}`).join(""))],
      ...[cpu, 20, 30, 0.5, at, 2 * at, 3].map((figure) => each(figure)),
      ...[60_000, 15_000],
    ];
    const places = parameters.map((_, index) => `$${index + 1}`).join(", ");
    await client.query(`CALL fleet_commit_reports(${places})`, parameters);
  };
  return { commit };
}

it("shows after upkeep what an earlier version stored, also what its nodes go on storing meanwhile, and loses nothing", async () => {
  const node = await startEarlierNode();
  const machines = Array.from({ length: 20 }, (_, index) => `Machine-${index}`);
  const base = Math.floor(Date.now() / HOUR) * HOUR - 6 * HOUR;
  const times: number[] = [];
  const next = async () => {
    const at = base + times.length * 5_000;
    await node.commit(machines, at, times.length % 100);
    times.push(at);
  };
  while (times.length < 500) await next();

  const stop = new AbortController();
  const writing = (async () => {
    while (!stop.signal.aborted) await next();
  })();
  await migrate([...earlier, DataEngine1764600000000]);
  const store = postgresFleetStore(url);
  onCleanup(() => store.close());
  await store.commit(machines.map((id) => report(id, 0, { sampledAt: base + 1, arrivedAt: base + 1 })));
  for (let steps = 0; steps < 10; steps++) await store.history.upkeep(Date.now(), limits, fence);
  const during = times.length;
  await waitFor(() => times.length >= during + 20, { what: "the earlier node to go on" });
  stop.abort();
  await writing;
  while (await store.history.upkeep(Date.now(), limits, fence));

  const stored = times.map((at, index) => ({
    sampledAt: at,
    figures: { ...report("", 0).figures, cpu: index % 100, bytesSent: at, bytesReceived: 2 * at },
  }));
  const all = [...stored, { sampledAt: base + 1, figures: report("", 0).figures }].toSorted(
    (one, other) => one.sampledAt - other.sampledAt,
  );
  for (const id of machines) {
    const samples = (await store.history.samples(id, allTime)) ?? [];
    expect(samples.map(({ at, figures }) => [at, figures.cpu])).toEqual(
      all.map(({ sampledAt, figures }) => [sampledAt, figures.cpu]),
    );
    expect(samples[0]?.metrics).toBe(`{"at":${base}}`);
    const buckets = { from: 0, to: Date.now() } as const;
    const expected = expectedRollups(all);
    expectClose(await store.history.rollups(id, { ...buckets, resolution: "5m", stepMs: HOUR / 12 }), expected);
    expectClose(
      await store.history.rollups(id, { ...buckets, resolution: "1h", stepMs: HOUR }),
      joinedRollups(expected, HOUR),
    );
  }
  // All of it lies in hours that are over.
  expect(times.at(-1)).toBeLessThan(base + 5 * HOUR);
  const [left] = await server.query(
    "SELECT (SELECT count(*) FROM samples) + (SELECT count(*) FROM sample_details) AS n",
    url,
  );
  expect(Number(left?.n)).toBe(0);
});

it("finds machines that an earlier version stored by their names", async () => {
  const node = await startEarlierNode();
  await node.commit(["Web-02", "Web-01", "db"], Date.now(), 1);
  await migrate([...earlier, DataEngine1764600000000]);
  await server.query("UPDATE machines SET hostname = 'Storage' WHERE machine_id = 'db'", url);
  const store = postgresFleetStore(url);
  onCleanup(() => store.close());
  const found = async (text: string) => {
    const search = { text, hostnameHash: "", serialHash: "", wordHash: "" };
    const { machines } = await store.machines({ ...everything, search }, Date.now(), statusLimits);
    return machines.map(({ machineId }) => machineId);
  };
  expect(await found("wEb")).toEqual(["Web-01", "Web-02"]);
  expect(await found("stor")).toEqual(["db"]);
});

it("lets reports go first while somebody else keeps the migration from its table", async () => {
  const node = await startEarlierNode();
  await node.commit(["web-01"], Date.now() - HOUR, 1);
  const reading = server.query("BEGIN; SELECT count(*) FROM machines; SELECT pg_sleep(3); COMMIT", url);
  const isReading = "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'BEGIN; SELECT count%' AND wait_event = 'PgSleep'";
  await waitFor(async () => (await server.query(isReading, url)).length > 0, { what: "the reader" });
  const migrated = new AbortController();
  const migrating = migrate([...earlier, DataEngine1764600000000]).finally(() => {
    migrated.abort();
  });
  let committed = 0;
  let slowestMs = 0;
  while (!migrated.signal.aborted) {
    const startedMs = performance.now();
    await node.commit(["web-01"], Date.now() - HOUR + ++committed, 1);
    slowestMs = Math.max(slowestMs, performance.now() - startedMs);
  }
  await Promise.all([migrating, reading]);
  expect(committed).toBeGreaterThan(10);
  // Behind one long wait it would have been three seconds.
  expect(slowestMs).toBeLessThan(1_500);
});
