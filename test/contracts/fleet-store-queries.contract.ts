import type { MachineQuery } from "../../src/fleet/machines/machine-query.js";
import { NOW, report } from "../support/accepted-report.js";
import { allTime, everything, limits } from "./fleet-queries.js";
import type { OpenFleet } from "./open-fleet.js";

/** What every FleetStore promises of its answers. */
export function testFleetQueries(fleet: OpenFleet): void {
  it("knows nothing of a machine that never reported", async () => {
    expect(await fleet.store.machine("nobody", "nothing")).toBeNull();
    expect(await fleet.store.history.samples("nobody", allTime)).toBeNull();
    expect(await fleet.store.remove("nobody")).toBe(false);
  });

  it("finds a machine by its serial number when no machine has that id", async () => {
    await fleet.store.commit([report("web-01", 5), report("serial web-01", 4, { serialHash: null })]);
    expect((await fleet.store.machine("unknown", "serial web-01"))?.machineId).toBe("web-01");
    expect((await fleet.store.machine("serial web-01", "serial web-01"))?.machineId).toBe("serial web-01");
  });

  it("reads the newest samples of a range, oldest first", async () => {
    await fleet.store.commit([50, 40, 30, 20, 10].map((secondsAgo) => report("web-01", secondsAgo)));
    const range = { from: NOW - 45_000, to: NOW - 15_000, limit: 2 };
    expect((await fleet.store.history.samples("web-01", range))?.map((sample) => sample.at)).toEqual([
      NOW - 30_000,
      NOW - 20_000,
    ]);
  });

  it("counts by status and averages over machines that are online", async () => {
    const withCpu = (id: string, secondsAgo: number, cpu: number | null) =>
      report(id, secondsAgo, { figures: { ...report("", 0).figures, cpu } });
    await fleet.store.commit([
      withCpu("a", 10, 20),
      withCpu("b", 30, 95),
      withCpu("c", 45, 99),
      withCpu("d", 61, 100),
      withCpu("e", 1, null),
    ]);
    const summary = await fleet.store.summary(NOW, limits);
    expect(summary.counts).toEqual({ online: 3, warning: 1, offline: 1 });
    expect(summary.meanCpu).toBeCloseTo(57.5);
    expect(summary.high).toEqual([
      { machineId: "c", figure: "cpu", percent: 99 },
      { machineId: "b", figure: "cpu", percent: 95 },
    ]);
  });

  it("counts how many machines that still report lie in which twentieth of each figure", async () => {
    type Three = readonly [cpu: number | null, memory: number | null, disk: number | null];
    const using = (id: string, secondsAgo: number, [cpu, memory, disk]: Three) =>
      report(id, secondsAgo, { figures: { ...report("", 0).figures, cpu, memory, disk } });
    await fleet.store.commit([
      using("a", 10, [0, 4.99, 5]),
      using("b", 45, [100, 99.9, 95]),
      using("c", 10, [100, null, 7.5]),
      using("d", 10, [null, null, null]),
      using("offline", 61, [50, 50, 50]),
    ]);
    const bins = (filled: Record<number, number>) => Array.from({ length: 20 }, (_, bin) => filled[bin] ?? 0);
    expect(await fleet.store.spread(NOW, limits)).toEqual({
      cpu: bins({ 0: 1, 19: 2 }),
      memory: bins({ 0: 1, 19: 1 }),
      disk: bins({ 1: 2, 19: 1 }),
    });
  });

  it("tells of 500 high figures, the worst first, however many there are", async () => {
    const { figures } = report("", 0);
    const hot = (index: number) =>
      report(`m-${index}`, 5, { figures: { ...figures, cpu: 90 + index / 100, memory: 99.5 } });
    await fleet.store.commit(Array.from({ length: 200 }, (_, index) => hot(index)));
    await fleet.store.commit(Array.from({ length: 400 }, (_, index) => hot(200 + index)));
    const { high } = await fleet.store.summary(NOW, limits);
    expect(high).toHaveLength(500);
    expect(high.every(({ figure, percent }) => figure === "memory" && percent === 99.5)).toBe(true);
    await fleet.store.commit([report("hottest", 5, { figures: { ...figures, disk: 99.6 } })]);
    expect((await fleet.store.summary(NOW, limits)).high.slice(0, 2)).toEqual([
      { machineId: "hottest", figure: "disk", percent: 99.6 },
      expect.objectContaining({ figure: "memory", percent: 99.5 }),
    ]);
  });

  it("has a summary of an empty fleet", async () => {
    expect(await fleet.store.summary(NOW, limits)).toEqual({
      counts: { online: 0, warning: 0, offline: 0 },
      meanCpu: null,
      meanMemory: null,
      meanDisk: null,
      high: [],
    });
  });

  it.each(["machine_id", "name", "last_seen", "cpu", "memory", "disk"] as const)(
    "pages through all machines once, sorted by %s in either direction, those without the figure last",
    async (sort) => {
      const figures = report("", 0).figures;
      await fleet.store.commit(
        Array.from({ length: 25 }, (_, index) =>
          report(`m-${String(index).padStart(2, "0")}`, index % 7, {
            figures: { ...figures, cpu: index % 5 === 0 ? null : index % 3, memory: index % 4, disk: 100 - index },
          }),
        ),
      );
      for (const descending of [false, true]) {
        const ids: string[] = [];
        let after: MachineQuery["after"];
        do {
          const page = await fleet.store.machines({ ...everything, sort, descending, limit: 4, after }, NOW, limits);
          expect(page.total).toBe(25);
          expect(page.machines.length).toBeLessThanOrEqual(4);
          ids.push(...page.machines.map((each) => each.machineId));
          after = page.next ?? undefined;
        } while (after);
        expect(new Set(ids).size).toBe(25);
        expect(ids).toHaveLength(25);
        if (sort === "machine_id") expect(ids).toEqual(descending ? [...ids].sort().reverse() : [...ids].sort());
        if (sort === "cpu") expect(ids.slice(-5).sort()).toEqual(["m-00", "m-05", "m-10", "m-15", "m-20"]);
      }
    },
  );

  it("sorts by host name whatever its case, by the id where there is none", async () => {
    await fleet.store.commit([
      report("1", 5, { hostname: "Zebra" }),
      report("2", 5, { hostname: "alpha" }),
      report("Mule", 5, { hostname: null }),
    ]);
    const { machines } = await fleet.store.machines({ ...everything, sort: "name" }, NOW, limits);
    expect(machines.map((each) => each.machineId)).toEqual(["2", "Mule", "1"]);
  });

  it("finds whole hidden words by their hash, and machines that say nothing but their id", async () => {
    await fleet.store.commit([
      report("one", 5, { searchText: null, searchHashes: "aa11 bb22", hostname: null }),
      report("two", 5, { searchText: null, searchHashes: "cc33", hostname: null, info: null, infoHash: null }),
    ]);
    const list = async (text: string, wordHash: string) => {
      const search = { text, wordHash, hostnameHash: "-", serialHash: "-" };
      return (await fleet.store.machines({ ...everything, search }, NOW, limits)).machines.map(
        (each) => each.machineId,
      );
    };
    expect(await list("storage", "bb22")).toEqual(["one"]);
    expect(await list("storage", "dd44")).toEqual([]);
    expect(await list("TW", "dd44")).toEqual(["two"]);
  });

  it("filters by status and searches by id, host name and serial number", async () => {
    await fleet.store.commit([
      report("web-01", 5),
      report("db_01", 45, { hostname: "Storage", searchText: "storage\n192.0.2.7\neu-west" }),
      report("db-01", 90, { serialHash: "S1" }),
    ]);
    const list = async (overrides: Partial<MachineQuery>) =>
      (await fleet.store.machines({ ...everything, ...overrides }, NOW, limits)).machines.map((each) => each.machineId);
    const search = (text: string, hashes = { hostnameHash: "", serialHash: "", wordHash: "" }) => ({
      search: { text, ...hashes },
    });
    expect(await list({ status: "online" })).toEqual(["web-01"]);
    expect(await list({ status: "warning" })).toEqual(["db_01"]);
    expect(await list({ status: "offline" })).toEqual(["db-01"]);
    expect(await list(search("b_0"))).toEqual(["db_01"]);
    expect(await list(search("%"))).toEqual([]);
    expect(await list(search("stor"))).toEqual(["db_01"]);
    expect(await list(search("x", { hostnameHash: "hostname web-01", serialHash: "S1", wordHash: "" }))).toEqual([
      "db-01",
      "web-01",
    ]);
  });

  it.each(["a\0b", "\0", "\ud800", "'; --", "\\", "%_\\%", ""])("answers a question for %j", async (words) => {
    await fleet.store.commit([report("web-01", 5)]);
    const search = { text: words, hostnameHash: "none", serialHash: "none", wordHash: "none" };
    const { machines, total } = await fleet.store.machines({ ...everything, search }, NOW, limits);
    expect(machines).toHaveLength(total);
    expect(await fleet.store.machine(words, "")).toBeNull();
    expect(await fleet.store.history.samples(words, allTime)).toBeNull();
    expect(await fleet.store.remove(words)).toBe(false);
  });

  it("takes the cursor of another sort without failing", async () => {
    await fleet.store.commit([report("web-01", 5)]);
    for (const sort of ["machine_id", "last_seen", "cpu"] as const) {
      for (const value of ["web-01", "\0", "", 5, -1e300]) {
        const page = await fleet.store.machines(
          { ...everything, sort, after: { value, machineId: "\0" } },
          NOW,
          limits,
        );
        expect(page.total).toBe(1);
      }
    }
  });

  it("ends a page early where machines say very much, and leaves none out", async () => {
    const metrics = JSON.stringify({ much: "x".repeat(2_500_000) });
    for (const id of ["a", "b", "c"]) await fleet.store.commit([report(id, 5, { metrics })]);
    const first = await fleet.store.machines(everything, NOW, limits);
    expect(first.machines.map(({ machineId }) => machineId)).toEqual(["a", "b"]);
    expect(first.total).toBe(3);
    const second = await fleet.store.machines({ ...everything, after: first.next ?? undefined }, NOW, limits);
    expect(second.machines.map(({ machineId }) => machineId)).toEqual(["c"]);
    expect(second.machines[0]?.metrics).toBe(metrics);
    expect(second.next).toBeNull();
  });

  it("leaves out the older whole samples, never their figures, where they are very large", async () => {
    const metrics = JSON.stringify({ much: "x".repeat(2_500_000) });
    for (const secondsAgo of [120, 60, 0]) await fleet.store.commit([report("web-01", secondsAgo, { metrics })]);
    const samples = (await fleet.store.history.samples("web-01", allTime)) ?? [];
    expect(samples.map((sample) => sample.metrics === metrics)).toEqual([false, false, true]);
    expect(samples.map((sample) => sample.figures.cpu)).toEqual([10, 10, 10]);
  });

  it("can be asked whether it takes reports", async () => {
    await expect(fleet.store.check()).resolves.toBeUndefined();
  });
}
