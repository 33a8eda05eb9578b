import { expectClose, expectedRollups } from "./expected-rollups.js";
import { HOUR, MINUTE, figures, oddSamples, steadySamples } from "./history-samples.js";
import { type OpenHistory, allTime } from "./open-history.js";

/** What every HistoryStore promises of rolling samples up and of reading them. */
export function testRollUps(history: OpenHistory): void {
  it("rolls samples up to five minutes as plain arithmetic does", async () => {
    const samples = [...steadySamples(history.hour, 35 * MINUTE), ...oddSamples(history.hour + 2 * HOUR)];
    await history.commit("web-01", samples);
    await history.commit("web-02", steadySamples(history.hour + 7 * MINUTE, 12 * MINUTE));
    await history.keepUp(history.hour + 5 * HOUR);
    expectClose(await history.rollups("web-01"), expectedRollups(samples));
    expectClose(
      await history.rollups("web-02"),
      expectedRollups(steadySamples(history.hour + 7 * MINUTE, 12 * MINUTE)),
    );
  });

  it("rolls five minutes up to hours, each mean weighed by its samples", async () => {
    const samples = [
      ...steadySamples(history.hour, 23 * MINUTE),
      ...steadySamples(history.hour + 40 * MINUTE, 50 * MINUTE),
    ];
    await history.commit("web-01", samples);
    await history.keepUp(history.hour + 5 * HOUR);
    const hours = await history.rollups("web-01", { resolution: "1h" });
    expect(hours?.map(({ at, count }) => [at, count])).toEqual([
      [history.hour, 138 + 120],
      [history.hour + HOUR, 180],
    ]);
    const first = samples
      .filter(({ sampledAt }) => sampledAt < history.hour + HOUR)
      .map(({ figures }) => figures.cpu ?? 0);
    expect(hours?.[0]?.mean.cpu).toBeCloseTo(first.reduce((sum, cpu) => sum + cpu, 0) / first.length, 3);
    expect(hours?.[0]?.max.cpu).toBeCloseTo(Math.max(...first), 3);
  });

  it("joins buckets to longer steps", async () => {
    await history.commit("web-01", steadySamples(history.hour, HOUR));
    await history.keepUp(history.hour + 5 * HOUR);
    const steps = await history.rollups("web-01", { stepMs: 30 * MINUTE, from: history.hour, to: history.hour + HOUR });
    expect(steps?.map(({ at, count }) => [at, count])).toEqual([
      [Math.floor(history.hour / (30 * MINUTE)) * 30 * MINUTE, 180],
      [history.hour + 30 * MINUTE, 180],
    ]);
    const [hourly] = (await history.rollups("web-01", { resolution: "1h" })) ?? [];
    const means = steps?.map(({ mean }) => mean.memory ?? 0) ?? [];
    expect(((means[0] ?? 0) + (means[1] ?? 0)) / 2).toBeCloseTo(hourly?.mean.memory ?? -1, 3);
    expect(Math.max(...(steps?.map(({ max }) => max.sentRate ?? 0) ?? []))).toBeCloseTo(hourly?.max.sentRate ?? -1, 1);
  });

  it("gives the buckets of a range only, and knows nothing of a machine that never reported", async () => {
    await history.commit("web-01", steadySamples(history.hour, HOUR));
    await history.keepUp(history.hour + 5 * HOUR);
    const some = await history.rollups("web-01", { from: history.hour + 10 * MINUTE, to: history.hour + 25 * MINUTE });
    expect(some?.map(({ at }) => at - history.hour)).toEqual([10 * MINUTE, 15 * MINUTE, 20 * MINUTE, 25 * MINUTE]);
    expect(await history.rollups("nobody")).toBeNull();
    expect(await history.rollups("web-01", { from: history.hour + 4 * HOUR, to: history.hour + 5 * HOUR })).toEqual([]);
  });

  it("leaves five minutes alone until a minute after their end", async () => {
    await history.commit("web-01", steadySamples(history.hour, 4 * MINUTE));
    await history.forgetLate();
    await history.keepUp(history.hour + 5 * MINUTE + 59_000);
    expect(await history.rollups("web-01")).toEqual([]);
    await history.keepUp(history.hour + 6 * MINUTE + 1);
    expect(await history.rollups("web-01")).toHaveLength(1);
  });

  it("changes nothing when it runs again, and then has nothing to do", async () => {
    await history.commit("web-01", steadySamples(history.hour, 2 * HOUR));
    await history.keepUp(history.hour + 5 * HOUR);
    const before = [await history.rollups("web-01"), await history.rollups("web-01", { resolution: "1h" })];
    expect(await history.keepUp(history.hour + 5 * HOUR)).toBe(1);
    expect([await history.rollups("web-01"), await history.rollups("web-01", { resolution: "1h" })]).toEqual(before);
  });

  it("rolls up again what a late sample belongs to, its history.hour as well", async () => {
    const samples = steadySamples(history.hour, HOUR);
    const late = samples.filter((_, index) => index % 7 === 3);
    await history.commit(
      "web-01",
      samples.filter((sample) => !late.includes(sample)),
    );
    await history.keepUp(history.hour + 3 * HOUR);
    await history.commit("web-01", late);
    await history.keepUp(history.hour + 3 * HOUR);
    expectClose(await history.rollups("web-01"), expectedRollups(samples));
    expect((await history.rollups("web-01", { resolution: "1h" }))?.[0]?.count).toBe(samples.length);
  });

  it("computes a later bucket's first rate anew from a sample that came late before it", async () => {
    const at = (minutes: number, bytesSent: number) => ({
      sampledAt: history.hour + minutes * MINUTE,
      figures: figures({ bytesSent }),
    });
    const samples = [at(1, 1_000), at(8, 60_000), at(9, 61_000), at(16, 500_000), at(17, 510_000)];
    const late = [at(4.5, 30_000), at(7, 59_000), at(9.5, 400_000)];
    await history.commit("web-01", samples);
    await history.keepUp(history.hour + 3 * HOUR);
    expectClose(await history.rollups("web-01"), expectedRollups(samples));
    await history.commit("web-01", late);
    await history.keepUp(history.hour + 3 * HOUR);
    expectClose(await history.rollups("web-01"), expectedRollups([...samples, ...late]));
  });

  it("walks back over hours without samples for the newest ones", async () => {
    const times = [history.hour, history.hour + 3 * HOUR, history.hour + 3 * HOUR + 10_000];
    await history.commit(
      "web-01",
      times.map((sampledAt) => ({ sampledAt, figures: figures({}) })),
    );
    expect(await history.sampleTimes("web-01")).toEqual(times);
    const some = await history.store.history.samples("web-01", { ...allTime, limit: 2 });
    expect(some?.map(({ at }) => at)).toEqual(times.slice(1));
  });
}
