import type { DataSource } from "typeorm";
import { BackendUnavailableError } from "../../src/common/fleet-error.js";
import { DatabaseClock } from "../../src/database/database-clock.js";
import { DocumentCipher } from "../../src/database/document-cipher.js";
import { LeaseRow } from "../../src/database/leases/lease.entity.js";
import { Leases } from "../../src/database/leases/leases.js";
import { PeriodicJobs } from "../../src/database/leases/periodic-jobs.js";
import { Transactions } from "../../src/database/transactions.js";
import type { EventKind } from "../../src/events/event-kinds.js";
import { EventLog } from "../../src/events/event-log.js";
import { eventQuery } from "../../src/events/event-query.js";
import { EventReader } from "../../src/events/event-reader.js";
import { EventRetention } from "../../src/events/event-retention.js";
import { StoredEvent } from "../../src/events/event.entity.js";
import { NodeLifecycle } from "../../src/lifecycle/node-lifecycle.js";
import { newFernetKey } from "../support/keys.js";
import { type PostgresServer, startPostgres } from "../support/postgres-server.js";
import { waitFor } from "../support/wait-for.js";
import { LogLines } from "../unit/cluster/log-lines.js";
import { type FleetDatabase, postgresDatabase, sqliteDatabase } from "./fleet-databases.js";

const DAY_MS = 24 * 60 * 60_000;
const clock = new DatabaseClock();
const cipher = new DocumentCipher([newFernetKey()]);

let server: PostgresServer;
let log: LogLines;

beforeAll(async () => {
  server = await startPostgres();
});

beforeEach(() => {
  log = new LogLines();
});

const logOf = (dataSource: DataSource) => new EventLog(dataSource.getRepository(StoredEvent), cipher, clock);

async function read(dataSource: DataSource, query: Record<string, string> = {}, keys = cipher) {
  return new EventReader(dataSource.getRepository(StoredEvent), keys, clock).page(eventQuery.parse(query));
}

describe.each([
  ["SQLite", () => sqliteDatabase()],
  ["PostgreSQL", () => postgresDatabase(server)],
])("the event log on %s", (_name, makeDatabase) => {
  let database: FleetDatabase;
  let dataSource: DataSource;

  const open = () => database.open([StoredEvent, LeaseRow]);
  const subjects = async (query: Record<string, string> = {}) =>
    (await read(dataSource, query)).events.map(({ subject }) => subject);
  const put = async (rows: { subject: string; at: number; kind?: EventKind }[]) => {
    const whole = rows.map((row) => ({ kind: "logout" as const, actor: null, address: null, details: "{}", ...row }));
    await dataSource.getRepository(StoredEvent).insert(whole.map((row) => ({ ...row, onceKey: null })));
  };

  beforeEach(async () => {
    database = await makeDatabase();
    dataSource = await open();
  });

  it("keeps more events of one transaction than a statement has room for", async () => {
    const many = Array.from({ length: 10_000 }, () => ({ kind: "logout" as const, subject: "bob" }));
    await dataSource.transaction((manager) => logOf(dataSource).recordWithin(manager, many));
    expect(await dataSource.getRepository(StoredEvent).count()).toBe(10_000);
  });

  it("keeps an event before it says so, with all its facts, and logs it", async () => {
    const before = Date.now();
    const facts = { actor: "alice", address: "192.0.2.1", details: { role: "viewer", again: null } };
    await logOf(dataSource).record({ kind: "user.changed", subject: "bob", ...facts });
    const { events, nextCursor } = await read(await open());
    expect(events).toEqual([
      {
        id: expect.any(Number) as number,
        at: expect.any(String) as string,
        kind: "user.changed",
        subject: "bob",
        ...facts,
      },
    ]);
    expect(Date.parse(events[0]?.at ?? "")).toBeGreaterThanOrEqual(before);
    expect(nextCursor).toBeNull();
    expect(log.lines).toEqual([
      'INFO [Events] user.changed: "bob" by "alice" from "192.0.2.1" role="viewer" again=null',
    ]);
  });

  it("seals who, from where and the details, and leaves kind, subject and time readable", async () => {
    await logOf(dataSource).record({
      kind: "login.locked_out",
      subject: "bob",
      actor: "alice",
      address: "192.0.2.1",
      details: { note: "plain words" },
    });
    const stored = JSON.stringify(await dataSource.query("SELECT * FROM events"));
    expect(stored).toMatch(/login\.locked_out.*bob/);
    expect(stored).not.toMatch(/alice|192\.0\.2|plain words/);
    expect(log.lines[0]).toMatch(/^WARN/);
  });

  it("takes what strangers type, whatever it is", async () => {
    const typed = `a\u0000b\nc${"x".repeat(300)}\ud800`;
    await logOf(dataSource).record({ kind: "login.failed", subject: typed, address: typed, details: { typed } });
    const [event] = (await read(dataSource)).events;
    expect(event?.subject).toBe(`a?b?c${"x".repeat(250)}`);
    expect(event?.address).toHaveLength(64);
    expect(event?.details).toEqual({ typed });
    expect(log.lines[0]).not.toContain("\n");
  });

  it("keeps a fact once that several nodes report", async () => {
    const logs = await Promise.all([open(), open(), open()].map(async (opening) => logOf(await opening)));
    for (const each of logs) each.note({ kind: "node.inactive", subject: "node-1", onceKey: "node-1 7 inactive" });
    for (const each of logs) await each.onApplicationShutdown();
    expect(await subjects()).toEqual(["node-1"]);
  });

  it("keeps at shutdown what was noted before", async () => {
    const events = logOf(dataSource);
    for (const subject of ["a", "b", "c"]) events.note({ kind: "node.joined", subject });
    await events.onApplicationShutdown();
    expect((await subjects()).sort()).toEqual(["a", "b", "c"]);
  });

  it("is read in pages, newest first, each event once, also where many have the same time", async () => {
    const rows = Array.from({ length: 25 }, (_, number) => ({ subject: `s${number}`, at: 1_000 + (number >> 3) }));
    await put(rows);
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page = await read(dataSource, { limit: "7", ...(cursor === "" ? {} : { cursor }) });
      expect(page.events.length).toBeLessThanOrEqual(7);
      seen.push(...page.events.map(({ subject }) => subject));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(rows.map(({ subject }) => subject).reverse());
  });

  it("has no further page when the last one is full", async () => {
    await put([
      { subject: "a", at: 1 },
      { subject: "b", at: 2 },
    ]);
    expect(await read(dataSource, { limit: "2" })).toMatchObject({ nextCursor: null });
  });

  it("is filtered by kind, subject and time", async () => {
    await put([
      { subject: "alice", at: 1_000, kind: "login.failed" },
      { subject: "alice", at: 2_000, kind: "login.succeeded" },
      { subject: "bob", at: 3_000, kind: "login.failed" },
      { subject: "node-1", at: 4_000, kind: "node.joined" },
      { subject: "alice", at: 5_000, kind: "logout" },
    ]);
    expect(await subjects({ kind: "login" })).toEqual(["bob", "alice", "alice"]);
    expect(await subjects({ kind: "login.failed" })).toEqual(["bob", "alice"]);
    expect(await subjects({ kind: "login", subject: "alice" })).toEqual(["alice", "alice"]);
    expect(await subjects({ from: "1970-01-01T00:00:03Z", to: "1970-01-01T00:00:04Z" })).toEqual(["node-1", "bob"]);
    expect(await subjects({ subject: "carol" })).toEqual([]);
  });

  it("shows an event whose details no key opens any more, without them", async () => {
    await logOf(dataSource).record({ kind: "logout", subject: "alice", address: "192.0.2.1", details: { a: 1 } });
    const { events } = await read(dataSource, {}, new DocumentCipher([newFernetKey()]));
    expect(events).toMatchObject([{ kind: "logout", subject: "alice", actor: null, address: null, details: null }]);
  });

  it("loses what is too old or too much, and what strangers caused before the rest", async () => {
    const now = clock.nowMs();
    await put([
      { subject: "old", at: now - 91 * DAY_MS },
      { subject: "a", at: now - 89 * DAY_MS },
      ...["f1", "f2", "f3"].map((subject, i) => ({ subject, at: now - 50_000 + i, kind: "login.failed" as const })),
      ...["b", "c"].map((subject, i) => ({ subject, at: now - 1_000 + i })),
    ]);
    const transactions = new Transactions(dataSource);
    const leases = new Leases(dataSource.getRepository(LeaseRow), transactions, "test");
    const jobs = new PeriodicJobs(leases, new NodeLifecycle());
    const clear = async (bounds: { kind?: EventKind; keep: number }[]) => {
      const lease = await waitFor(() => leases.acquire("event-retention"), { what: "the lease" });
      const limits = { keepMs: 90 * DAY_MS, bounds };
      await new EventRetention(jobs, clock).clear({ lease, goOn: () => Promise.resolve(true) }, limits);
      await lease.release({ finished: true });
      return subjects();
    };
    expect(await clear([{ kind: "login.failed", keep: 10 }, { keep: 10 }])).toEqual(["c", "b", "f3", "f2", "f1", "a"]);
    expect(await clear([{ kind: "login.failed", keep: 2 }, { keep: 10 }])).toEqual(["c", "b", "f3", "f2", "a"]);
    expect(await clear([{ keep: 3 }])).toEqual(["c", "b", "f3"]);
    await transactions.onApplicationShutdown();
    await jobs.beforeApplicationShutdown();
  });
});

it("while the database is locked a record fails, a note waits, and both say what they are", async () => {
  const database = await sqliteDatabase();
  const [dataSource, blocker] = [await database.open([StoredEvent]), await database.open([])];
  const events = logOf(dataSource);
  await blocker.query("BEGIN IMMEDIATE");
  events.note({ kind: "node.inactive", subject: "node-1" });
  await expect(events.record({ kind: "logout", subject: "alice" })).rejects.toBeInstanceOf(BackendUnavailableError);
  await blocker.query("ROLLBACK");
  await waitFor(async () => (await read(dataSource)).events.length > 0, { what: "the note to be kept" });
  expect((await read(dataSource)).events.map(({ subject }) => subject)).toEqual(["node-1"]);
  // What was not kept was not said either: nobody was told that it happened.
  expect(log.lines).toEqual(['WARN [Events] node.inactive: "node-1"']);
});

it("while PostgreSQL is away a record fails and a note waits until it is back", async () => {
  const own = await startPostgres();
  const dataSource = await (await postgresDatabase(own)).open([StoredEvent]);
  const events = logOf(dataSource);
  await own.stop();
  events.note({ kind: "node.inactive", subject: "node-1" });
  await expect(events.record({ kind: "logout", subject: "alice" })).rejects.toBeInstanceOf(BackendUnavailableError);
  await own.start();
  const kept = async () => (await read(dataSource)).events.map(({ subject }) => subject);
  await waitFor(async () => (await kept()).length > 0, { what: "the note to be kept" });
  expect(await kept()).toEqual(["node-1"]);
});
