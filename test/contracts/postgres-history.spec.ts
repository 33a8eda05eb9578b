import { LeaseLostError } from "../../src/database/leases/lease.js";
import type { AcceptedReport } from "../../src/fleet/store/fleet-store.js";
import type { PostgresFleetStore } from "../../src/fleet/store/postgres/postgres-fleet-store.js";
import { report } from "../support/accepted-report.js";
import { type PostgresServer, startPostgres } from "../support/postgres-server.js";
import { expectClose, expectedRollups, joinedRollups } from "./expected-rollups.js";
import { createFleetDatabase, postgresFleetStore } from "./fleet-database.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Where slots are not over yet by the server's clock, so that nothing counts as late. */
const FUTURE = 1_900_800_000_000;
const fence = { name: "history", holder: "a", token: 1 };
const limits = { rawMs: 2 * DAY, rawSamples: null, fiveMinuteMs: 30 * DAY, hourlyMs: 730 * DAY };
const allTime = { from: 0, to: Number.MAX_SAFE_INTEGER };
const everySample = { ...allTime, limit: 100_000 };

let server: PostgresServer;
let url: string;
let store: PostgresFleetStore;
const opened: PostgresFleetStore[] = [];

function open(): PostgresFleetStore {
  const one = postgresFleetStore(url);
  opened.push(one);
  return one;
}

beforeAll(async () => {
  server = await startPostgres();
});

beforeEach(async () => {
  url = await createFleetDatabase(server);
  await server.query("INSERT INTO leases VALUES ('history', 'a', 1, 1, false)", url);
  store = open();
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

async function upkeep(now: number, overrides: Partial<typeof limits | { rawSamples: number }> = {}): Promise<number> {
  let steps = 0;
  while (await store.history.upkeep(now, { ...limits, ...overrides }, fence)) steps++;
  return steps;
}

const fiveMinutes = (id: string, stepMs = 5 * MINUTE) =>
  store.history.rollups(id, { ...allTime, resolution: "5m", stepMs });
const hours = (id: string, stepMs = HOUR) => store.history.rollups(id, { ...allTime, resolution: "1h", stepMs });
const count = async (table: string) =>
  (await server.query(`SELECT count(*)::int AS n FROM ${table}`, url))[0]?.n as number;

function sample(id: string, at: number, figures: Partial<AcceptedReport["figures"]> = {}): AcceptedReport {
  return report(id, 0, { sampledAt: at, arrivedAt: at, figures: { ...report("", 0).figures, ...figures } });
}

/** Reports about every ten seconds with holes, counters that restart, and figures that are missing now and then. */
function someHistory(id: string, from: number, lengthMs: number): AcceptedReport[] {
  const reports: AcceptedReport[] = [];
  let sent = 1_000;
  for (let at = from, index = 0; at < from + lengthMs; index++) {
    sent = index % 97 === 96 ? 5 : sent + ((index * 7919) % 100_000);
    reports.push(
      sample(id, at, {
        cpu: index % 13 === 0 ? null : (index * 31) % 101,
        memory: (index * 17) % 99,
        disk: index < 200 ? null : 50 + (index % 3) / 3,
        load1: (index % 50) / 7,
        bytesSent: index % 41 === 0 ? null : sent,
        bytesReceived: index * 1_000_000,
      }),
    );
    at += index % 211 === 210 ? 11 * MINUTE : index % 89 === 88 ? 9 * MINUTE : 9_000 + ((index * 37) % 2_000);
  }
  return reports;
}

async function commitAll(reports: readonly AcceptedReport[]): Promise<void> {
  for (let from = 0; from < reports.length; from += 250) await store.commit(reports.slice(from, from + 250));
}

it("rolls up to what a plain computation gives, whatever counters and gaps do, and again to the same", async () => {
  const histories = new Map(["web-01", "web-02"].map((id, index) => [id, someHistory(id, FUTURE + index, 5 * HOUR)]));
  for (const history of histories.values()) await commitAll(history.toReversed());
  const now = FUTURE + 6 * HOUR;
  await upkeep(now);
  const check = async () => {
    for (const [id, history] of histories) {
      const expected = expectedRollups(history);
      expect(expected.some(({ mean }) => mean.sentRate === null || mean.disk === null)).toBe(true);
      expectClose(await fiveMinutes(id), expected);
      expectClose(await fiveMinutes(id, 20 * MINUTE), joinedRollups(expected, 20 * MINUTE));
      expectClose(await hours(id), joinedRollups(expected, HOUR));
      expectClose(await hours(id, 2 * HOUR), joinedRollups(expected, 2 * HOUR));
    }
  };
  await check();
  expect(await upkeep(now)).toBe(0);
  await server.query("DELETE FROM history_progress", url);
  await upkeep(now);
  await check();
});

it("catches up after days without upkeep, without working through the time in which there is nothing", async () => {
  const history = [FUTURE, FUTURE + 3 * DAY, FUTURE + 40 * DAY].flatMap((at) => someHistory("web-01", at, HOUR));
  await commitAll(history);
  expect(await upkeep(FUTURE + 41 * DAY, { rawMs: 90 * DAY, fiveMinuteMs: 90 * DAY })).toBeLessThan(100);
  expectClose(await fiveMinutes("web-01"), expectedRollups(history));
  expectClose(await hours("web-01"), joinedRollups(expectedRollups(history), HOUR));
});

it("rolls up many samples in several pieces", async () => {
  const values = "SELECT (m * 200 + n) % 50, n, m FROM generate_series(1, 500) m, generate_series(1, 140) n";
  await commitAll(Array.from({ length: 500 }, (_, index) => sample(`m-${index}`, FUTURE)));
  await server.query(
    `INSERT INTO history_samples (machine, slot, ts, cpu_percent)
     SELECT m, ${FUTURE / 300_000}, ${FUTURE} + n * 2000, cpu FROM (${values}) AS rows (cpu, n, m)`,
    url,
  );
  await store.history.upkeep(FUTURE + HOUR, limits, fence);
  expect(await store.history.upkeep(FUTURE + HOUR, limits, fence)).toBe(true);
  const done = await count("history_rollups");
  expect(done).toBeGreaterThan(0);
  expect(done).toBeLessThan(500);
  await upkeep(FUTURE + HOUR);
  const [row] = await server.query(
    "SELECT count(*)::int AS n, min(count) AS least, max(count) AS most FROM history_rollups WHERE resolution = 5",
    url,
  );
  expect(row).toEqual({ n: 500, least: 141, most: 141 });
});

it("writes nothing for a store whose lease is another's, also while both are at it", async () => {
  const history = someHistory("web-01", FUTURE, 5 * HOUR);
  await commitAll(history);
  const other = open();
  const all = async (by: PostgresFleetStore, token: number) => {
    while (await by.history.upkeep(FUTURE + 6 * HOUR, limits, { ...fence, token }));
  };
  const fencedOff = all(store, 1).then(
    () => null,
    (error: unknown) => error,
  );
  await server.query("UPDATE leases SET token = 2", url);
  await all(other, 2);
  expect(await fencedOff).toBeInstanceOf(LeaseLostError);
  expectClose(await fiveMinutes("web-01"), expectedRollups(history));
  await expect(store.history.upkeep(FUTURE + 100 * DAY, limits, fence)).rejects.toBeInstanceOf(LeaseLostError);
  expect(await store.history.samples("web-01", everySample)).toHaveLength(history.length);
  await expect(other.history.upkeep(FUTURE, limits, { ...fence, name: "none" })).rejects.toBeInstanceOf(LeaseLostError);
});

describe("retention", () => {
  it("removes whole days of raw samples past their time, never before they are rolled up, and keeps the roll-ups", async () => {
    const history = [0, 1, 2, 3].flatMap((day) => someHistory("web-01", FUTURE + day * DAY, HOUR));
    await commitAll(history);
    const now = FUTURE + 4 * DAY + HOUR;
    await store.history.upkeep(now, limits, fence);
    expect(await store.history.samples("web-01", everySample)).toHaveLength(history.length);
    await upkeep(now);
    const left = await store.history.samples("web-01", everySample);
    expect(left?.map(({ at }) => at)).toEqual(
      history.map(({ sampledAt }) => sampledAt).filter((at) => at >= FUTURE + 2 * DAY),
    );
    expectClose(await fiveMinutes("web-01"), expectedRollups(history));
    const days = async () =>
      (await server.query("SELECT relname AS name FROM pg_class WHERE relname ~ '^history_samples_\\d+$'", url))
        .map(({ name }) => Date.parse(String(name).replace(/.*_(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3")))
        .filter((day) => day >= FUTURE - 30 * DAY)
        .map((day) => (day - FUTURE) / DAY)
        .sort((one, other) => one - other);
    expect(await days()).toEqual(Array.from({ length: 11 }, (_, index) => index - 4));
    await upkeep(now + 10 * DAY);
    expect(await days()).toEqual(Array.from({ length: 11 }, (_, index) => index + 6));
    expect(await count("history_details")).toBe(0);
  });

  it("does not spoil the roll-up of a slot whose raw samples are gone when another sample comes", async () => {
    const base = Math.floor(Date.now() / DAY) * DAY - 5 * DAY;
    const history = someHistory("web-01", base, HOUR);
    await commitAll(history);
    await upkeep(Date.now());
    expect(await store.history.samples("web-01", everySample)).toEqual([]);
    await store.commit([sample("web-01", base + 1, { cpu: 100 }), sample("web-01", base + 2 * HOUR, { cpu: 7 })]);
    await upkeep(Date.now());
    expect(await store.history.samples("web-01", everySample)).toEqual([]);
    const found = (await fiveMinutes("web-01")) ?? [];
    expectClose(found.slice(0, -1), expectedRollups(history));
    expect(found.at(-1)).toMatchObject({ at: base + 2 * HOUR, count: 1, mean: { cpu: 7 } });
  });

  it("keeps so many of a machine's newest raw samples where their number is bounded, once they are rolled up", async () => {
    const history = someHistory("web-01", FUTURE, 5 * HOUR);
    await commitAll([...history, sample("web-02", FUTURE)]);
    await upkeep(FUTURE + 6 * HOUR, { rawSamples: 100 });
    const left = await store.history.samples("web-01", everySample);
    expect(left?.map(({ at }) => at)).toEqual(history.slice(-100).map(({ sampledAt }) => sampledAt));
    expect(await store.history.samples("web-02", everySample)).toHaveLength(1);
    expectClose(await fiveMinutes("web-01"), expectedRollups(history));
  });

  it("removes roll-ups past their time, also those of machines that are gone", async () => {
    const history = [0, 20].flatMap((day) => someHistory("web-01", FUTURE + day * DAY, HOUR));
    await commitAll(history);
    await upkeep(FUTURE + 21 * DAY);
    await server.query("INSERT INTO history_rollups (machine, resolution, ts, count) VALUES (999, 5, 1, 1)", url);
    const recent = expectedRollups(history).filter(({ at }) => at >= FUTURE + 20 * DAY);
    await upkeep(FUTURE + 22 * DAY, { fiveMinuteMs: 10 * DAY });
    expectClose(await fiveMinutes("web-01"), recent);
    expect(await hours("web-01")).not.toHaveLength(1);
    await upkeep(FUTURE + 24 * DAY, { fiveMinuteMs: 10 * DAY, hourlyMs: 5 * DAY });
    expectClose(await hours("web-01"), joinedRollups(recent, HOUR));
    expect(await count("history_rollups WHERE machine = 999")).toBe(0);
  });

  it("lets reports and reads go on while somebody holds a table, and removes the day another time", async () => {
    await commitAll(someHistory("web-01", FUTURE, HOUR));
    const holding = server.query("BEGIN; SELECT count(*) FROM history_samples; SELECT pg_sleep(2); COMMIT", url);
    await upkeep(FUTURE + 3 * DAY + HOUR);
    expect((await store.history.samples("web-01", everySample))?.length).toBeGreaterThan(0);
    await holding;
    await upkeep(FUTURE + 3 * DAY + HOUR);
    expect(await store.history.samples("web-01", everySample)).toEqual([]);
  });
});

it("stores no second sample when a frozen node commits what another one committed long before", async () => {
  const base = Math.floor(Date.now() / HOUR) * HOUR - 3 * HOUR;
  const history = someHistory("web-01", base, HOUR);
  await commitAll(history);
  await upkeep(Date.now());
  const machine = await store.machine("web-01", "");
  await open().commit(history.slice(0, 100));
  expect(await count("history_late")).toBe(0);
  expect(await store.machine("web-01", "")).toEqual(machine);
  expect(await store.history.samples("web-01", everySample)).toHaveLength(history.length);
});

it("takes reports of a day whose partitions nobody has made", async () => {
  const far = FUTURE + 500 * DAY;
  await Promise.all([store, open()].map((one, index) => one.commit([sample(`m-${index}`, far)])));
  expect(await store.history.samples("m-0", everySample)).toHaveLength(1);
  expect(await store.history.samples("m-1", everySample)).toHaveLength(1);
});
