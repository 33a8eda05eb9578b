import { NOW, report } from "../support/accepted-report.js";
import { allTime, limits } from "./fleet-queries.js";
import { figures } from "./history-samples.js";
import type { OpenFleet } from "./open-fleet.js";

/** What every FleetStore promises of the reports it commits. */
export function testFleetCommits(fleet: OpenFleet): void {
  it("gives back what was committed", async () => {
    await fleet.store.commit([report("web-01", 5, { encrypted: true })]);
    expect(await fleet.machine("web-01")).toEqual({
      machineId: "web-01",
      encrypted: true,
      firstSeen: NOW - 5_000,
      lastSeen: NOW - 5_000,
      info: '{"hostname":"web-01"}',
      metrics: `{"at":${NOW - 5_000}}`,
      conflictAt: null,
    });
    expect(await fleet.store.history.samples("web-01", allTime)).toEqual([
      { at: NOW - 5_000, figures: report("web-01", 5).figures, metrics: `{"at":${NOW - 5_000}}` },
    ]);
  });

  it("changes nothing when a report is repeated, in the same batch or later", async () => {
    const first = report("web-01", 5);
    await fleet.store.commit([first, first]);
    const before = await fleet.machine("web-01");
    await fleet.store.commit([{ ...first, arrivedAt: NOW }]);
    expect(await fleet.machine("web-01")).toEqual(before);
    expect(await fleet.sampleTimes("web-01")).toEqual([NOW - 5_000]);
  });

  it("knows a repeat of a report without a trusted time by its hash, and only for a while", async () => {
    const untimed = (secondsAgo: number) => report("web-01", secondsAgo, { repeatHash: "same words" });
    await fleet.store.commit([untimed(100)]);
    await fleet.store.commit([untimed(98)]);
    expect(await fleet.sampleTimes("web-01")).toHaveLength(1);
    await fleet.store.commit([untimed(10)]);
    expect(await fleet.sampleTimes("web-01")).toHaveLength(2);
  });

  it("keeps two different reports without a trusted time that arrived in the same millisecond", async () => {
    await fleet.store.commit([
      report("web-01", 5, { repeatHash: "one" }),
      report("web-01", 5, { repeatHash: "two", figures: { ...report("", 0).figures, cpu: 99 } }),
    ]);
    expect(await fleet.sampleTimes("web-01")).toHaveLength(2);
  });

  it("keeps all reports of one machine in a batch as samples, and shows the newest", async () => {
    await fleet.store.commit([report("web-01", 10), report("web-01", 30), report("web-01", 20)]);
    expect(await fleet.sampleTimes("web-01")).toEqual([NOW - 30_000, NOW - 20_000, NOW - 10_000]);
    expect((await fleet.machine("web-01")).metrics).toBe(`{"at":${NOW - 10_000}}`);
  });

  it("does not turn the newest figures or facts back when an older report comes late", async () => {
    await fleet.store.commit([report("web-01", 10)]);
    await fleet.store.commit([report("web-01", 300, { arrivedAt: NOW, info: '{"old":true}', infoHash: "old" })]);
    const now = await fleet.machine("web-01");
    expect(now.metrics).toBe(`{"at":${NOW - 10_000}}`);
    expect(now.info).toBe('{"hostname":"web-01"}');
    expect(now.lastSeen).toBe(NOW);
  });

  it("does not let a clock that runs ahead pin the newest figures", async () => {
    await fleet.store.commit([report("web-01", 10, { sampledAt: NOW + 200_000, metrics: '{"ahead":true}' })]);
    await fleet.store.commit([report("web-01", 5)]);
    expect((await fleet.machine("web-01")).metrics).toBe(`{"at":${NOW - 5_000}}`);
  });

  it("keeps the older info when a report has none, and replaces it when it has", async () => {
    await fleet.store.commit([report("web-01", 30)]);
    await fleet.store.commit([report("web-01", 20, { info: null, infoHash: null, serialHash: null, hostname: null })]);
    expect((await fleet.machine("web-01")).info).toBe('{"hostname":"web-01"}');
    expect(await fleet.store.machine("", "serial web-01")).not.toBeNull();
    await fleet.store.commit([report("web-01", 10, { info: '{"new":1}', infoHash: "new", serialHash: "new serial" })]);
    expect((await fleet.machine("web-01")).info).toBe('{"new":1}');
    expect(await fleet.store.machine("", "serial web-01")).toBeNull();
    expect(await fleet.store.machine("", "new serial")).not.toBeNull();
  });

  it("is alive by a report without metrics, and adds no sample", async () => {
    await fleet.store.commit([report("web-01", 30)]);
    await fleet.store.commit([report("web-01", 10, { metrics: null, repeatHash: "hello" })]);
    expect((await fleet.machine("web-01")).lastSeen).toBe(NOW - 10_000);
    expect(await fleet.sampleTimes("web-01")).toEqual([NOW - 30_000]);
  });

  it("keeps the whole sample once per detail interval, and the figures of every one", async () => {
    const base = Math.floor(NOW / 60_000) * 60_000;
    const times = [0, 10_000, 59_999, 60_000, 61_000].map((offset) => base + offset);
    await fleet.store.commit(
      times.map((at) => report("web-01", 0, { sampledAt: at, arrivedAt: at, metrics: `{"at":${at}}` })),
    );
    const samples = await fleet.store.history.samples("web-01", allTime);
    expect(samples?.map((sample) => sample.metrics)).toEqual([
      `{"at":${base}}`,
      null,
      null,
      `{"at":${base + 60_000}}`,
      null,
    ]);
    expect(samples?.every((sample) => sample.figures.cpu === 10)).toBe(true);
  });

  it("keeps absent figures absent", async () => {
    const none = figures({});
    await fleet.store.commit([report("web-01", 5, { figures: none })]);
    expect((await fleet.store.history.samples("web-01", allTime))?.[0]?.figures).toEqual(none);
    expect((await fleet.store.summary(NOW, limits)).meanCpu).toBeNull();
  });

  it("commits all of a batch or nothing", async () => {
    const broken = { ...report("web-02", 5), machineId: null as unknown as string };
    await expect(fleet.store.commit([report("web-01", 5), broken])).rejects.toThrow();
    expect(await fleet.store.machine("web-01", "")).toBeNull();
    await fleet.store.commit([report("web-01", 5)]);
    const samples = await fleet.store.history.samples("web-01", allTime);
    expect(samples?.map((sample) => sample.metrics)).toEqual([report("web-01", 5).metrics]);
  });

  it("forgets a machine with its history", async () => {
    await fleet.store.commit([report("web-01", 5), report("web-02", 5)]);
    expect(await fleet.store.remove("web-01")).toBe(true);
    expect(await fleet.store.machine("web-01", "serial web-01")).toBeNull();
    await fleet.store.commit([report("web-01", 3)]);
    expect(await fleet.sampleTimes("web-01")).toEqual([NOW - 3_000]);
    expect(await fleet.sampleTimes("web-02")).toEqual([NOW - 5_000]);
  });

  it("gives back whatever JSON an agent sends", async () => {
    const odd = JSON.stringify({
      nul: "\0",
      half: "\ud800",
      text: "\u{1f600}\\'\"é\n",
      huge: 1e308,
      tiny: 5e-324,
      none: null,
    });
    const figures = {
      cpu: 5e-324,
      memory: 100,
      disk: 100 / 3,
      load1: 1e15 / 7,
      bytesSent: Number.MAX_SAFE_INTEGER,
      bytesReceived: 0.1 + 0.2,
      processes: 0,
    };
    const strange = { info: odd, metrics: odd, hostname: "h\ud800", figures };
    await fleet.store.commit([report("it's a \\ 名前 {}\",NULL", 5, strange), report("web-01", 5)]);
    expect(await fleet.machine("it's a \\ 名前 {}\",NULL")).toMatchObject({ info: odd, metrics: odd });
    const samples = await fleet.store.history.samples("it's a \\ 名前 {}\",NULL", allTime);
    expect(samples).toMatchObject([{ at: NOW - 5_000, metrics: odd }]);
    // Seven digits are kept of percentages and loads, all of counters.
    const { bytesSent, bytesReceived, processes, ...rounded } = samples?.[0]?.figures ?? report("", 0).figures;
    expect({ bytesSent, bytesReceived, processes }).toEqual({
      bytesSent: figures.bytesSent,
      bytesReceived: figures.bytesReceived,
      processes: figures.processes,
    });
    for (const name of ["cpu", "memory", "disk", "load1"] as const) {
      expect(Math.abs((rounded[name] ?? NaN) - figures[name])).toBeLessThanOrEqual(figures[name] * 1e-6 + 1e-30);
    }
    expect(await fleet.machine("web-01")).toMatchObject({ metrics: `{"at":${NOW - 5_000}}` });
    expect((await fleet.store.summary(NOW, limits)).counts.online).toBe(2);
  });
}
