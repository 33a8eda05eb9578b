import { LeaseLostError } from "../../src/database/leases/lease.js";
import { DAY, HOUR, MINUTE, figures, steadySamples } from "./history-samples.js";
import { type OpenHistory, allTime, keepAll } from "./open-history.js";

/** What every HistoryStore promises of what it removes and takes over, and of when it must not. */
export function testUpkeep(history: OpenHistory): void {
  it("keeps a roll-up whose samples are gone from what comes too late", async () => {
    const samples = steadySamples(history.hour, 10 * MINUTE);
    await history.commit("web-01", samples);
    const muchLater = history.hour + 3 * DAY;
    await history.keepUp(muchLater, { rawMs: DAY });
    expect(await history.sampleTimes("web-01")).toEqual([]);
    const before = await history.rollups("web-01");
    await history.commit("web-01", [{ sampledAt: history.hour + MINUTE + 1, figures: figures({ cpu: 99 }) }]);
    await history.keepUp(muchLater + 2 * HOUR, { rawMs: DAY });
    expect(await history.rollups("web-01")).toEqual(before);
    expect((await history.rollups("web-01", { resolution: "1h" }))?.[0]?.count).toBe(samples.length);
  });

  it("removes raw samples and roll-ups after their times, never what is not rolled up", async () => {
    await history.commit("web-01", steadySamples(history.hour, 10 * MINUTE));
    await history.keepUp(history.hour + 2 * DAY, { rawMs: DAY });
    expect(await history.sampleTimes("web-01")).toEqual([]);
    expect(await history.rollups("web-01")).toHaveLength(2);
    await history.keepUp(history.hour + 12 * DAY, { rawMs: DAY, fiveMinuteMs: 10 * DAY });
    expect(await history.rollups("web-01")).toEqual([]);
    expect(await history.rollups("web-01", { resolution: "1h" })).toHaveLength(1);
    await history.keepUp(history.hour + 30 * DAY, { rawMs: DAY, fiveMinuteMs: 10 * DAY, hourlyMs: 20 * DAY });
    expect(await history.rollups("web-01", { resolution: "1h" })).toEqual([]);
  });

  it("bounds the samples of each machine where that is asked for", async () => {
    await history.commit("web-01", steadySamples(history.hour, 2 * HOUR));
    await history.commit("web-02", steadySamples(history.hour, 5 * MINUTE));
    await history.keepUp(history.hour + 5 * HOUR, { rawSamples: 100 });
    const kept = (await history.sampleTimes("web-01")) ?? [];
    expect(kept.at(-1)).toBe(history.hour + 2 * HOUR - 10_000);
    // Whole slots of five minutes are kept.
    expect(kept.length).toBeGreaterThanOrEqual(100);
    expect(kept.length).toBeLessThan(100 + 30);
    expect(await history.sampleTimes("web-02")).toHaveLength(30);
  });

  it("writes nothing for a node that has lost the lease", async () => {
    await history.commit("web-01", steadySamples(history.hour, 10 * MINUTE));
    const old = { name: "history-upkeep", holder: "a node", token: 0 };
    await expect(history.store.history.upkeep(history.hour + 5 * HOUR, keepAll, old)).rejects.toThrow(LeaseLostError);
    expect(await history.rollups("web-01")).toEqual([]);
    await history.keepUp(history.hour + 5 * HOUR);
    expect(await history.rollups("web-01")).toHaveLength(2);
  });

  it("takes over what nodes of the earlier version wrote to the earlier tables", async () => {
    await history.commit("web-01", steadySamples(history.hour, 5 * MINUTE));
    const at = history.hour + 10 * MINUTE;
    const values = "(SELECT id FROM machines WHERE machine_id = 'web-01')";
    await history.dataSource.query(
      `INSERT INTO samples (machine, ts, cpu_percent, memory_percent) VALUES (${values}, ${at}, 12.5, 25), (${values}, ${at + 10_000}, 37.5, 25)`,
    );
    await history.dataSource.query(
      `INSERT INTO sample_details (machine, ts, metrics) VALUES (${values}, ${at}, '{"kept":"whole"}')`,
    );
    await history.keepUp(history.hour + 5 * HOUR);
    const newest = await history.store.history.samples("web-01", { ...allTime, limit: 2 });
    expect(newest).toEqual([
      { at, figures: figures({ cpu: 12.5, memory: 25 }), metrics: '{"kept":"whole"}' },
      { at: at + 10_000, figures: figures({ cpu: 37.5, memory: 25 }), metrics: null },
    ]);
    expect((await history.rollups("web-01"))?.at(-1)).toMatchObject({
      at,
      count: 2,
      mean: { cpu: 25 },
      max: { cpu: 37.5 },
    });
    expect(await history.dataSource.query("SELECT * FROM samples")).toEqual([]);
    expect(await history.dataSource.query("SELECT * FROM sample_details")).toEqual([]);
  });

  it("forgets a removed machine's history, also for one that comes later", async () => {
    await history.commit("web-01", steadySamples(history.hour, 2 * HOUR));
    await history.keepUp(history.hour + 5 * HOUR);
    expect(await history.store.remove("web-01")).toBe(true);
    await history.commit("web-02", [{ sampledAt: history.hour, figures: figures({}) }]);
    await history.commit("web-01", [{ sampledAt: history.hour, figures: figures({}) }]);
    for (const machineId of ["web-01", "web-02"]) {
      expect(await history.sampleTimes(machineId)).toEqual([history.hour]);
      expect(await history.rollups(machineId)).toEqual([]);
      expect(await history.rollups(machineId, { resolution: "1h" })).toEqual([]);
    }
    expect(await history.count("history_rollups")).toBe(0);
  });
}
