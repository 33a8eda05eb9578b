import type { DataSource } from "typeorm";
import { LeaseRow } from "../../src/database/leases/lease.entity.js";
import { type Lease, LeaseLostError } from "../../src/database/leases/lease.js";
import { Leases } from "../../src/database/leases/leases.js";
import { Transactions } from "../../src/database/transactions.js";
import type { Figures } from "../../src/fleet/history/figures.js";
import type { HistoryLimits } from "../../src/fleet/history/history-store.js";
import type { AcceptedReport, FleetStore } from "../../src/fleet/store/fleet-store.js";
import { expectClose, expectedRollups } from "./expected-rollups.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const keepAll: HistoryLimits = { rawMs: 400 * DAY, rawSamples: null, fiveMinuteMs: 400 * DAY, hourlyMs: 400 * DAY };
const allTime = { from: 0, to: 8e15, limit: 100_000 };

type Sample = Pick<AcceptedReport, "sampledAt" | "figures">;

/** A database in which each call of `openStore` is another node's store; its detail interval is 60 s. */
export interface HistoryDatabase {
  openStore(): FleetStore;
  open(entities: [typeof LeaseRow]): Promise<DataSource>;
}

/** What every HistoryStore promises. */
export function testFleetHistory(options: { name: string; createDatabase: () => Promise<HistoryDatabase> }): void {
  describe(`HistoryStore on ${options.name}`, () => {
    let store: FleetStore;
    let database: HistoryDatabase;
    let dataSource: DataSource;
    let lease: Lease;
    let keepUp: (now: number, limits?: Partial<HistoryLimits>) => Promise<number>;
    /** The beginning of an hour that is over, so that nothing committed now is in time. */
    const hour = Math.floor(Date.now() / HOUR) * HOUR - 5 * HOUR;

    beforeEach(async () => {
      database = await options.createDatabase();
      store = database.openStore();
      dataSource = await database.open([LeaseRow]);
      const acquired = await leasesOf(dataSource, "a node").acquire("history-upkeep");
      if (!acquired) throw new Error("nobody else holds the lease");
      lease = acquired;
      keepUp = async (now, limits = {}) => {
        let steps = 1;
        while (await lease.fenced((fence) => store.history.upkeep(now, { ...keepAll, ...limits }, fence))) steps++;
        return steps;
      };
    });

    afterEach(async () => {
      await lease.release({ finished: false });
      await store.close();
    });

    const rollups = (
      machineId: string,
      query: { resolution?: "5m" | "1h"; from?: number; to?: number; stepMs?: number } = {},
    ) => store.history.rollups(machineId, { resolution: "5m", from: 0, to: 8e15, stepMs: 0, ...query });
    const sampleTimes = async (machineId: string) =>
      (await store.history.samples(machineId, allTime))?.map(({ at }) => at);

    it("rolls samples up to five minutes as plain arithmetic does", async () => {
      const samples = [...steadySamples(hour, 35 * MINUTE), ...oddSamples(hour + 2 * HOUR)];
      await commit(store, "web-01", samples);
      await commit(store, "web-02", steadySamples(hour + 7 * MINUTE, 12 * MINUTE));
      await keepUp(hour + 5 * HOUR);
      expectClose(await rollups("web-01"), expectedRollups(samples));
      expectClose(await rollups("web-02"), expectedRollups(steadySamples(hour + 7 * MINUTE, 12 * MINUTE)));
    });

    it("rolls five minutes up to hours, each mean weighed by its samples", async () => {
      const samples = [...steadySamples(hour, 23 * MINUTE), ...steadySamples(hour + 40 * MINUTE, 50 * MINUTE)];
      await commit(store, "web-01", samples);
      await keepUp(hour + 5 * HOUR);
      const hours = await rollups("web-01", { resolution: "1h" });
      expect(hours?.map(({ at, count }) => [at, count])).toEqual([
        [hour, 138 + 120],
        [hour + HOUR, 180],
      ]);
      const first = samples.filter(({ sampledAt }) => sampledAt < hour + HOUR).map(({ figures }) => figures.cpu ?? 0);
      expect(hours?.[0]?.mean.cpu).toBeCloseTo(first.reduce((sum, cpu) => sum + cpu, 0) / first.length, 3);
      expect(hours?.[0]?.max.cpu).toBeCloseTo(Math.max(...first), 3);
    });

    it("joins buckets to longer steps", async () => {
      await commit(store, "web-01", steadySamples(hour, HOUR));
      await keepUp(hour + 5 * HOUR);
      const steps = await rollups("web-01", { stepMs: 30 * MINUTE, from: hour, to: hour + HOUR });
      expect(steps?.map(({ at, count }) => [at, count])).toEqual([
        [Math.floor(hour / (30 * MINUTE)) * 30 * MINUTE, 180],
        [hour + 30 * MINUTE, 180],
      ]);
      const [hourly] = (await rollups("web-01", { resolution: "1h" })) ?? [];
      const means = steps?.map(({ mean }) => mean.memory ?? 0) ?? [];
      expect(((means[0] ?? 0) + (means[1] ?? 0)) / 2).toBeCloseTo(hourly?.mean.memory ?? -1, 3);
      expect(Math.max(...(steps?.map(({ max }) => max.sentRate ?? 0) ?? []))).toBeCloseTo(
        hourly?.max.sentRate ?? -1,
        1,
      );
    });

    it("gives the buckets of a range only, and knows nothing of a machine that never reported", async () => {
      await commit(store, "web-01", steadySamples(hour, HOUR));
      await keepUp(hour + 5 * HOUR);
      const some = await rollups("web-01", { from: hour + 10 * MINUTE, to: hour + 25 * MINUTE });
      expect(some?.map(({ at }) => at - hour)).toEqual([10 * MINUTE, 15 * MINUTE, 20 * MINUTE, 25 * MINUTE]);
      expect(await rollups("nobody")).toBeNull();
      expect(await rollups("web-01", { from: hour + 4 * HOUR, to: hour + 5 * HOUR })).toEqual([]);
    });

    it("leaves five minutes alone until a minute after their end", async () => {
      await commit(store, "web-01", steadySamples(hour, 4 * MINUTE));
      await forgetLate(dataSource);
      await keepUp(hour + 5 * MINUTE + 59_000);
      expect(await rollups("web-01")).toEqual([]);
      await keepUp(hour + 6 * MINUTE + 1);
      expect(await rollups("web-01")).toHaveLength(1);
    });

    it("changes nothing when it runs again, and then has nothing to do", async () => {
      await commit(store, "web-01", steadySamples(hour, 2 * HOUR));
      await keepUp(hour + 5 * HOUR);
      const before = [await rollups("web-01"), await rollups("web-01", { resolution: "1h" })];
      expect(await keepUp(hour + 5 * HOUR)).toBe(1);
      expect([await rollups("web-01"), await rollups("web-01", { resolution: "1h" })]).toEqual(before);
    });

    it("rolls up again what a late sample belongs to, its hour as well", async () => {
      const samples = steadySamples(hour, HOUR);
      const late = samples.filter((_, index) => index % 7 === 3);
      await commit(
        store,
        "web-01",
        samples.filter((sample) => !late.includes(sample)),
      );
      await keepUp(hour + 3 * HOUR);
      await commit(store, "web-01", late);
      await keepUp(hour + 3 * HOUR);
      expectClose(await rollups("web-01"), expectedRollups(samples));
      expect((await rollups("web-01", { resolution: "1h" }))?.[0]?.count).toBe(samples.length);
    });

    it("keeps a roll-up whose samples are gone from what comes too late", async () => {
      const samples = steadySamples(hour, 10 * MINUTE);
      await commit(store, "web-01", samples);
      const muchLater = hour + 3 * DAY;
      await keepUp(muchLater, { rawMs: DAY });
      expect(await sampleTimes("web-01")).toEqual([]);
      const before = await rollups("web-01");
      await commit(store, "web-01", [{ sampledAt: hour + MINUTE + 1, figures: figures({ cpu: 99 }) }]);
      await keepUp(muchLater + 2 * HOUR, { rawMs: DAY });
      expect(await rollups("web-01")).toEqual(before);
      expect((await rollups("web-01", { resolution: "1h" }))?.[0]?.count).toBe(samples.length);
    });

    it("removes raw samples and roll-ups after their times, never what is not rolled up", async () => {
      await commit(store, "web-01", steadySamples(hour, 10 * MINUTE));
      await keepUp(hour + 2 * DAY, { rawMs: DAY });
      expect(await sampleTimes("web-01")).toEqual([]);
      expect(await rollups("web-01")).toHaveLength(2);
      await keepUp(hour + 12 * DAY, { rawMs: DAY, fiveMinuteMs: 10 * DAY });
      expect(await rollups("web-01")).toEqual([]);
      expect(await rollups("web-01", { resolution: "1h" })).toHaveLength(1);
      await keepUp(hour + 30 * DAY, { rawMs: DAY, fiveMinuteMs: 10 * DAY, hourlyMs: 20 * DAY });
      expect(await rollups("web-01", { resolution: "1h" })).toEqual([]);
    });

    it("bounds the samples of each machine where that is asked for", async () => {
      await commit(store, "web-01", steadySamples(hour, 2 * HOUR));
      await commit(store, "web-02", steadySamples(hour, 5 * MINUTE));
      await keepUp(hour + 5 * HOUR, { rawSamples: 100 });
      const kept = (await sampleTimes("web-01")) ?? [];
      expect(kept.at(-1)).toBe(hour + 2 * HOUR - 10_000);
      // Whole slots of five minutes are kept.
      expect(kept.length).toBeGreaterThanOrEqual(100);
      expect(kept.length).toBeLessThan(100 + 30);
      expect(await sampleTimes("web-02")).toHaveLength(30);
    });

    it("writes nothing for a node that has lost the lease", async () => {
      await commit(store, "web-01", steadySamples(hour, 10 * MINUTE));
      const old = { name: "history-upkeep", holder: "a node", token: 0 };
      await expect(store.history.upkeep(hour + 5 * HOUR, keepAll, old)).rejects.toThrow(LeaseLostError);
      expect(await rollups("web-01")).toEqual([]);
      await keepUp(hour + 5 * HOUR);
      expect(await rollups("web-01")).toHaveLength(2);
    });

    it("takes over what nodes of the earlier version wrote to the earlier tables", async () => {
      await commit(store, "web-01", steadySamples(hour, 5 * MINUTE));
      const at = hour + 10 * MINUTE;
      const values = "(SELECT id FROM machines WHERE machine_id = 'web-01')";
      await dataSource.query(
        `INSERT INTO samples (machine, ts, cpu_percent, memory_percent) VALUES (${values}, ${at}, 12.5, 25), (${values}, ${at + 10_000}, 37.5, 25)`,
      );
      await dataSource.query(
        `INSERT INTO sample_details (machine, ts, metrics) VALUES (${values}, ${at}, '{"kept":"whole"}')`,
      );
      await keepUp(hour + 5 * HOUR);
      const newest = await store.history.samples("web-01", { ...allTime, limit: 2 });
      expect(newest).toEqual([
        { at, figures: figures({ cpu: 12.5, memory: 25 }), metrics: '{"kept":"whole"}' },
        { at: at + 10_000, figures: figures({ cpu: 37.5, memory: 25 }), metrics: null },
      ]);
      expect((await rollups("web-01"))?.at(-1)).toMatchObject({ at, count: 2, mean: { cpu: 25 }, max: { cpu: 37.5 } });
      expect(await dataSource.query("SELECT * FROM samples")).toEqual([]);
      expect(await dataSource.query("SELECT * FROM sample_details")).toEqual([]);
    });

    it("forgets a removed machine's history, also for one that comes later", async () => {
      await commit(store, "web-01", steadySamples(hour, 2 * HOUR));
      await keepUp(hour + 5 * HOUR);
      expect(await store.remove("web-01")).toBe(true);
      await commit(store, "web-02", [{ sampledAt: hour, figures: figures({}) }]);
      await commit(store, "web-01", [{ sampledAt: hour, figures: figures({}) }]);
      for (const machineId of ["web-01", "web-02"]) {
        expect(await sampleTimes(machineId)).toEqual([hour]);
        expect(await rollups(machineId)).toEqual([]);
        expect(await rollups(machineId, { resolution: "1h" })).toEqual([]);
      }
      expect(await count(dataSource, "history_rollups")).toBe(0);
    });

    it("walks back over hours without samples for the newest ones", async () => {
      const times = [hour, hour + 3 * HOUR, hour + 3 * HOUR + 10_000];
      await commit(
        store,
        "web-01",
        times.map((sampledAt) => ({ sampledAt, figures: figures({}) })),
      );
      expect(await sampleTimes("web-01")).toEqual(times);
      const some = await store.history.samples("web-01", { ...allTime, limit: 2 });
      expect(some?.map(({ at }) => at)).toEqual(times.slice(1));
    });

    it("tells two machines under one id from one that was changed once", async () => {
      const says = (identity: string | null, minute: number) =>
        report("web-01", hour + minute * MINUTE, { identity, infoHash: `info of ${identity ?? "none"}` });
      await store.commit([says("first", 1), says("second", 2), says(null, 3), says("second", 4)]);
      expect(await store.conflictsSince(0, 10)).toEqual([]);
      await store.commit([says("first", 5)]);
      expect(await store.conflictsSince(0, 10)).toEqual([{ machineId: "web-01", at: hour + 5 * MINUTE }]);
      expect((await store.machine("web-01", ""))?.conflictAt).toBe(hour + 5 * MINUTE);
      expect(await store.conflictsSince(hour + 6 * MINUTE, 10)).toEqual([]);
    });

    it("does not take an old report that comes late for another machine", async () => {
      const says = (identity: string, minute: number) =>
        report("web-01", hour + minute * MINUTE, {
          identity,
          infoHash: `info of ${identity}`,
          arrivedAt: hour + 9 * MINUTE,
        });
      await store.commit([says("before the restart", 1), says("after the restart", 5)]);
      await store.commit([says("before the restart", 2), says("before the restart", 3), says("after the restart", 6)]);
      expect(await store.conflictsSince(0, 10)).toEqual([]);
    });
  });
}

function leasesOf(dataSource: DataSource, holder: string): Leases {
  return new Leases(dataSource.getRepository(LeaseRow), new Transactions(dataSource), holder);
}

async function commit(store: FleetStore, machineId: string, samples: readonly Sample[]): Promise<void> {
  for (let first = 0; first < samples.length; first += 250) {
    const batch = samples.slice(first, first + 250);
    await store.commit(
      batch.map(({ sampledAt, figures: values }) => report(machineId, sampledAt, { figures: values })),
    );
  }
}

function report(machineId: string, at: number, overrides: Partial<AcceptedReport>): AcceptedReport {
  return {
    machineId,
    arrivedAt: at,
    sampledAt: at,
    repeatHash: null,
    encrypted: false,
    info: '{"hostname":"one"}',
    infoHash: "one",
    hostname: "one",
    hostnameHash: "one",
    serialHash: null,
    searchText: "one",
    searchHashes: null,
    identity: null,
    metrics: `{"at":${at}}`,
    figures: figures({}),
    ...overrides,
  };
}

function figures(some: Partial<Figures>): Figures {
  const none = {
    cpu: null,
    memory: null,
    disk: null,
    load1: null,
    bytesSent: null,
    bytesReceived: null,
    processes: null,
  };
  return { ...none, ...some };
}

/** One sample per 10 s whose figures move and whose counters grow. */
function steadySamples(from: number, lengthMs: number): Sample[] {
  return Array.from({ length: lengthMs / 10_000 }, (_, index) => ({
    sampledAt: from + index * 10_000,
    figures: {
      cpu: 50 + 40 * Math.sin(index / 5),
      memory: 20 + (index % 13),
      disk: 30,
      load1: (index % 7) / 4,
      bytesSent: index * index * 10,
      bytesReceived: index * 5_000,
      processes: 100,
    },
  }));
}

/** Missing figures, a counter that wraps, one that restarts, a gap longer than rates are computed over. */
function oddSamples(from: number): Sample[] {
  const odd: [seconds: number, some: Partial<Figures>][] = [
    [0, { cpu: 10, bytesSent: 4_294_000_000, bytesReceived: 100 }],
    [10, { bytesSent: 1_000, bytesReceived: 1_100 }],
    [20, { cpu: 30, bytesSent: 2_000 }],
    [30, { cpu: 50, bytesSent: 500, bytesReceived: 1_300 }],
    [290, { memory: 50, bytesSent: 1_500 }],
    [310, { memory: 60, bytesSent: 3_500 }],
    [1_200, { bytesSent: 900_000, bytesReceived: 900_000 }],
    [1_210, { bytesSent: 900_000, bytesReceived: 910_000 }],
  ];
  return odd.map(([seconds, some]) => ({ sampledAt: from + seconds * 1000, figures: figures(some) }));
}

async function count(dataSource: DataSource, table: string): Promise<number> {
  const rows: { n: number | string }[] = await dataSource.query(`SELECT count(*) AS n FROM ${table}`);
  return Number(rows[0]?.n);
}

/** As if the samples had come in time. */
async function forgetLate(dataSource: DataSource): Promise<void> {
  await dataSource.query("DELETE FROM history_late");
}
