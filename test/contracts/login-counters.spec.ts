import { Logger } from "@nestjs/common";
import { Redis } from "ioredis";
import { join } from "node:path";
import type { DataSource } from "typeorm";
import type { LoginCounters } from "../../src/auth/throttling/login-counters.js";
import { RedisLoginCounters } from "../../src/auth/throttling/redis-login-counters.js";
import { DatabaseLoginCounters } from "../../src/auth/throttling/database-login-counters.js";
import { BackendUnavailableError } from "../../src/common/fleet-error.js";
import { DatabaseClock } from "../../src/database/database-clock.js";
import { DocumentCipher } from "../../src/database/document-cipher.js";
import { openPostgresDatabase } from "../../src/database/open-postgres-database.js";
import { openSqliteDatabase } from "../../src/database/open-sqlite-database.js";
import { openRedis } from "../../src/redis/open-redis.js";
import { onCleanup } from "../support/cleanup.js";
import { type PostgresServer, startPostgres } from "../support/postgres-server.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { makeTempFolder } from "../support/temp-folder.js";
import { waitFor } from "../support/wait-for.js";

let redis: RedisServer;
let postgres: PostgresServer;
let databases = 0;

interface InDatabase {
  readonly counters: LoginCounters;
  readonly rows: () => Promise<unknown[]>;
}

async function onRedis(): Promise<LoginCounters> {
  const { host, port } = redis;
  const counters = new RedisLoginCounters(
    openRedis({ host, port, db: 1, tls: false, sentinels: [], sentinel_name: "" }, "login-throttle"),
  );
  onCleanup(() => counters.close());
  await waitFor(() => counters.read(["none"]), { what: "Redis to be reached" });
  return counters;
}

function countersIn(dataSource: DataSource): InDatabase {
  onCleanup(() => dataSource.destroy());
  const rows = () => dataSource.query<unknown[]>("SELECT * FROM login_attempts");
  return { counters: new DatabaseLoginCounters(dataSource, new DatabaseClock()), rows };
}

/** Counters of two nodes that share a database. */
async function onSqlite(): Promise<[InDatabase, InDatabase]> {
  const path = join(makeTempFolder("counters"), "fleet.sqlite3");
  const open = () => openSqliteDatabase(path, [], new DocumentCipher([]), new Logger("Test"));
  return [countersIn(await open()), countersIn(await open())];
}

async function onPostgres(): Promise<[InDatabase, InDatabase]> {
  const url = await postgres.createDatabase(`counters_${++databases}`);
  const open = () => openPostgresDatabase(url, [], new DocumentCipher([]));
  return [countersIn(await open()), countersIn(await open())];
}

const databaseBackends: [string, () => Promise<[InDatabase, InDatabase]>][] = [
  ["DatabaseLoginCounters on SQLite", onSqlite],
  ["DatabaseLoginCounters on PostgreSQL", onPostgres],
];

beforeAll(async () => {
  redis = await startRedis();
  postgres = await startPostgres();
});

describe.each<[string, () => Promise<[LoginCounters, LoginCounters]>]>([
  ["RedisLoginCounters", async () => [await onRedis(), await onRedis()]],
  ...databaseBackends.map(([name, open]): [string, () => Promise<[LoginCounters, LoginCounters]>] => [
    name,
    async () => {
      const [one, other] = await open();
      return [one.counters, other.counters];
    },
  ]),
])("%s", (_name, open) => {
  let one: LoginCounters;
  let other: LoginCounters;

  beforeAll(async () => {
    [one, other] = await open();
  });

  it("counts across nodes", async () => {
    expect(await one.increment([{ key: "a", seconds: 60 }])).toEqual([1]);
    expect(await other.increment([{ key: "a", seconds: 60 }])).toEqual([2]);
    expect(await one.read(["a"])).toMatchObject([{ count: 2 }]);
  });

  it("adds more than one where that is asked for", async () => {
    expect(await one.increment([{ key: "many", seconds: 60, by: 7 }])).toEqual([7]);
    expect(await other.increment([{ key: "many", seconds: 60, by: 5 }])).toEqual([12]);
    await one.start([{ key: "many", seconds: 60, by: 9 }]);
    expect(await other.read(["many"])).toMatchObject([{ count: 1 }]);
  });

  it("loses nothing when nodes count at once", async () => {
    const changes = [
      { key: "b1", seconds: 60 },
      { key: "b2", seconds: 60 },
    ];
    const all = Array.from({ length: 50 }, (_, number) => (number % 2 ? one : other).increment(changes));
    const counts = (await Promise.all(all)).map(([first]) => first ?? 0);
    expect(counts.sort((x, y) => x - y)).toEqual(Array.from({ length: 50 }, (_, number) => number + 1));
    expect(await other.read(["b1", "b2"])).toMatchObject([{ count: 50 }, { count: 50 }]);
  });

  it("answers in the order of the keys, null for what is not there", async () => {
    await one.increment([{ key: "c", seconds: 60 }]);
    expect(await one.read(["nothing", "c", "nothing else"])).toMatchObject([null, { count: 1 }, null]);
  });

  it("keeps a counter's end while it grows", async () => {
    await one.increment([{ key: "d", seconds: 60 }]);
    await one.increment([{ key: "d", seconds: 6000 }]);
    const [counter] = await other.read(["d"]);
    expect(counter?.endsInMs).toBeGreaterThan(50_000);
    expect(counter?.endsInMs).toBeLessThanOrEqual(60_000);
  });

  it("lets a counter end by itself and begin anew", async () => {
    await one.increment([{ key: "e", seconds: 1 }]);
    await one.increment([{ key: "e", seconds: 1 }]);
    await waitFor(async () => (await other.read(["e"]))[0] === null, { what: "the counter to end" });
    expect(await other.increment([{ key: "e", seconds: 60 }])).toEqual([1]);
  });

  it("starts anew, with a new end, whatever was there", async () => {
    await one.increment([{ key: "f", seconds: 6000 }]);
    await one.increment([{ key: "f", seconds: 6000 }]);
    await other.start([{ key: "f", seconds: 60 }]);
    const [counter] = await one.read(["f"]);
    expect(counter?.count).toBe(1);
    expect(counter?.endsInMs).toBeLessThanOrEqual(60_000);
  });

  it("removes, and does not mind what is not there", async () => {
    await one.increment([{ key: "g", seconds: 60 }]);
    await other.remove(["g", "nothing"]);
    expect(await one.read(["g"])).toEqual([null]);
  });
});

it("RedisLoginCounters leave nothing behind for ever, below fleet:login:", async () => {
  const counters = await onRedis();
  await counters.increment([{ key: "pair:x", seconds: 60 }]);
  await counters.start([{ key: "pair-gate:x", seconds: 60 }]);
  const admin = new Redis(redis.port, redis.host, { db: 1 });
  const keys = await admin.keys("*");
  expect(keys).toEqual(expect.arrayContaining(["fleet:login:pair:x", "fleet:login:pair-gate:x"]));
  for (const key of keys) {
    expect(key).toMatch(/^fleet:login:/);
    expect(await admin.ttl(key)).toBeGreaterThan(0);
  }
  admin.disconnect();
});

it.each(databaseBackends)("%s remove rows that have ended as new ones come", async (_name, open) => {
  const [{ counters, rows }] = await open();
  const changes = Array.from({ length: 30 }, (_, number) => ({ key: `old-${number}`, seconds: 0 }));
  await counters.start(changes);
  expect(await rows()).toHaveLength(30);
  await counters.increment([{ key: "new-1", seconds: 60 }]);
  await counters.increment([{ key: "new-2", seconds: 60 }]);
  expect(await rows()).toHaveLength(2);
});

it.each(databaseBackends)("%s lose no count to others that remove what has ended", async (_name, open) => {
  const [one, other] = await open();
  const old = Array.from({ length: 20 }, (_, number) => ({ key: `key-${number}`, seconds: 0 }));
  const again = old.slice(0, 3).map(({ key }) => ({ key, seconds: 60 }));
  for (let round = 0; round < 10; round++) {
    await one.counters.start(old);
    const counts = await Promise.all(
      [one, other, one, other].map(async ({ counters }) => (await counters.increment(again))[0] ?? 0),
    );
    expect(counts.sort((x, y) => x - y)).toEqual([1, 2, 3, 4]);
    await one.counters.remove(old.map(({ key }) => key));
  }
});

const outages: [string, () => Promise<LoginCounters>, () => Promise<unknown>, () => Promise<void>][] = [
  ["RedisLoginCounters say that a Redis", onRedis, () => redis.kill(), () => redis.start()],
  [
    "DatabaseLoginCounters say that a PostgreSQL",
    async () => (await onPostgres())[0].counters,
    () => postgres.stop(),
    () => postgres.start(),
  ],
];

it.each(outages)("%s that is gone is unavailable, whatever is asked of them", async (_name, open, end, start) => {
  const counters = await open();
  await end();
  const calls = () => [
    counters.read(["a"]),
    counters.increment([{ key: "a", seconds: 60 }]),
    counters.start([{ key: "a", seconds: 60 }]),
    counters.remove(["a"]),
  ];
  for (const call of calls()) await expect(call).rejects.toBeInstanceOf(BackendUnavailableError);
  await start();
  await waitFor(() => counters.read(["a"]), { what: "the backend to be found again" });
});
