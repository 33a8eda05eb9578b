import type { AcceptedReport, FleetStore } from "../../src/fleet/store/fleet-store.js";
import type { MachineQuery } from "../../src/fleet/machines/machine-query.js";

export const NOW = 1_800_000_000_000;
const limits = { warningAfterMs: 30_000, offlineAfterMs: 60_000 };
const everything: MachineQuery = {
  limit: 100,
  sort: "machine_id",
  descending: false,
  search: undefined,
  status: undefined,
  after: undefined,
};
const allTime = { from: 0, to: Number.MAX_SAFE_INTEGER, limit: 1000 };

export function report(machineId: string, secondsAgo: number, overrides: Partial<AcceptedReport> = {}): AcceptedReport {
  const at = NOW - secondsAgo * 1000;
  return {
    machineId,
    arrivedAt: at,
    sampledAt: at,
    repeatHash: null,
    encrypted: false,
    info: `{"hostname":"${machineId}"}`,
    infoHash: `info of ${machineId}`,
    hostname: machineId,
    hostnameHash: `hostname ${machineId}`,
    serialHash: `serial ${machineId}`,
    searchText: machineId.toLowerCase(),
    searchHashes: null,
    identity: null,
    metrics: `{"at":${at}}`,
    figures: { cpu: 10, memory: 20, disk: 30, load1: 0.5, bytesSent: 1, bytesReceived: 2, processes: 3 },
    ...overrides,
  };
}

/**
 * What every FleetStore promises. `createDatabase` makes an empty database and gives what opens stores on it, as several
 * nodes do, whose detail interval is 60 s and whose repeat window 15 s.
 */
export function testFleetStore(options: { name: string; createDatabase: () => Promise<() => FleetStore> }): void {
  describe(`FleetStore on ${options.name}`, () => {
    let open: () => FleetStore;
    let store: FleetStore;
    const opened: FleetStore[] = [];

    beforeEach(async () => {
      const openStore = await options.createDatabase();
      open = () => {
        const one = openStore();
        opened.push(one);
        return one;
      };
      store = open();
    });

    afterEach(async () => {
      await Promise.all(opened.splice(0).map((one) => one.close()));
    });

    const machine = async (id: string) => {
      const found = await store.machine(id, "");
      if (!found) throw new Error(`no machine ${id}`);
      return found;
    };
    const sampleTimes = async (id: string) => (await store.history.samples(id, allTime))?.map((sample) => sample.at);

    it("gives back what was committed", async () => {
      await store.commit([report("web-01", 5, { encrypted: true })]);
      expect(await machine("web-01")).toEqual({
        machineId: "web-01",
        encrypted: true,
        firstSeen: NOW - 5_000,
        lastSeen: NOW - 5_000,
        info: '{"hostname":"web-01"}',
        metrics: `{"at":${NOW - 5_000}}`,
        conflictAt: null,
      });
      expect(await store.history.samples("web-01", allTime)).toEqual([
        { at: NOW - 5_000, figures: report("web-01", 5).figures, metrics: `{"at":${NOW - 5_000}}` },
      ]);
    });

    it("knows nothing of a machine that never reported", async () => {
      expect(await store.machine("nobody", "nothing")).toBeNull();
      expect(await store.history.samples("nobody", allTime)).toBeNull();
      expect(await store.remove("nobody")).toBe(false);
    });

    it("finds a machine by its serial number when no machine has that id", async () => {
      await store.commit([report("web-01", 5), report("serial web-01", 4, { serialHash: null })]);
      expect((await store.machine("unknown", "serial web-01"))?.machineId).toBe("web-01");
      expect((await store.machine("serial web-01", "serial web-01"))?.machineId).toBe("serial web-01");
    });

    it("changes nothing when a report is repeated, in the same batch or later", async () => {
      const first = report("web-01", 5);
      await store.commit([first, first]);
      const before = await machine("web-01");
      await store.commit([{ ...first, arrivedAt: NOW }]);
      expect(await machine("web-01")).toEqual(before);
      expect(await sampleTimes("web-01")).toEqual([NOW - 5_000]);
    });

    it("knows a repeat of a report without a trusted time by its hash, and only for a while", async () => {
      const untimed = (secondsAgo: number) => report("web-01", secondsAgo, { repeatHash: "same words" });
      await store.commit([untimed(100)]);
      await store.commit([untimed(98)]);
      expect(await sampleTimes("web-01")).toHaveLength(1);
      await store.commit([untimed(10)]);
      expect(await sampleTimes("web-01")).toHaveLength(2);
    });

    it("keeps two different reports without a trusted time that arrived in the same millisecond", async () => {
      await store.commit([
        report("web-01", 5, { repeatHash: "one" }),
        report("web-01", 5, { repeatHash: "two", figures: { ...report("", 0).figures, cpu: 99 } }),
      ]);
      expect(await sampleTimes("web-01")).toHaveLength(2);
    });

    it("keeps all reports of one machine in a batch as samples, and shows the newest", async () => {
      await store.commit([report("web-01", 10), report("web-01", 30), report("web-01", 20)]);
      expect(await sampleTimes("web-01")).toEqual([NOW - 30_000, NOW - 20_000, NOW - 10_000]);
      expect((await machine("web-01")).metrics).toBe(`{"at":${NOW - 10_000}}`);
    });

    it("does not turn the newest figures or facts back when an older report comes late", async () => {
      await store.commit([report("web-01", 10)]);
      await store.commit([report("web-01", 300, { arrivedAt: NOW, info: '{"old":true}', infoHash: "old" })]);
      const now = await machine("web-01");
      expect(now.metrics).toBe(`{"at":${NOW - 10_000}}`);
      expect(now.info).toBe('{"hostname":"web-01"}');
      expect(now.lastSeen).toBe(NOW);
    });

    it("does not let a clock that runs ahead pin the newest figures", async () => {
      await store.commit([report("web-01", 10, { sampledAt: NOW + 200_000, metrics: '{"ahead":true}' })]);
      await store.commit([report("web-01", 5)]);
      expect((await machine("web-01")).metrics).toBe(`{"at":${NOW - 5_000}}`);
    });

    it("keeps the older info when a report has none, and replaces it when it has", async () => {
      await store.commit([report("web-01", 30)]);
      await store.commit([report("web-01", 20, { info: null, infoHash: null, serialHash: null, hostname: null })]);
      expect((await machine("web-01")).info).toBe('{"hostname":"web-01"}');
      expect(await store.machine("", "serial web-01")).not.toBeNull();
      await store.commit([report("web-01", 10, { info: '{"new":1}', infoHash: "new", serialHash: "new serial" })]);
      expect((await machine("web-01")).info).toBe('{"new":1}');
      expect(await store.machine("", "serial web-01")).toBeNull();
      expect(await store.machine("", "new serial")).not.toBeNull();
    });

    it("is alive by a report without metrics, and adds no sample", async () => {
      await store.commit([report("web-01", 30)]);
      await store.commit([report("web-01", 10, { metrics: null, repeatHash: "hello" })]);
      expect((await machine("web-01")).lastSeen).toBe(NOW - 10_000);
      expect(await sampleTimes("web-01")).toEqual([NOW - 30_000]);
    });

    it("keeps the whole sample once per detail interval, and the figures of every one", async () => {
      const base = Math.floor(NOW / 60_000) * 60_000;
      const times = [0, 10_000, 59_999, 60_000, 61_000].map((offset) => base + offset);
      await store.commit(
        times.map((at) => report("web-01", 0, { sampledAt: at, arrivedAt: at, metrics: `{"at":${at}}` })),
      );
      const samples = await store.history.samples("web-01", allTime);
      expect(samples?.map((sample) => sample.metrics)).toEqual([
        `{"at":${base}}`,
        null,
        null,
        `{"at":${base + 60_000}}`,
        null,
      ]);
      expect(samples?.every((sample) => sample.figures.cpu === 10)).toBe(true);
    });

    it("reads the newest samples of a range, oldest first", async () => {
      await store.commit([50, 40, 30, 20, 10].map((secondsAgo) => report("web-01", secondsAgo)));
      const range = { from: NOW - 45_000, to: NOW - 15_000, limit: 2 };
      expect((await store.history.samples("web-01", range))?.map((sample) => sample.at)).toEqual([
        NOW - 30_000,
        NOW - 20_000,
      ]);
    });

    it("keeps absent figures absent", async () => {
      const none = {
        cpu: null,
        memory: null,
        disk: null,
        load1: null,
        bytesSent: null,
        bytesReceived: null,
        processes: null,
      };
      await store.commit([report("web-01", 5, { figures: none })]);
      expect((await store.history.samples("web-01", allTime))?.[0]?.figures).toEqual(none);
      expect((await store.summary(NOW, limits, 90)).meanCpu).toBeNull();
    });

    it("commits all of a batch or nothing", async () => {
      const broken = { ...report("web-02", 5), machineId: null as unknown as string };
      await expect(store.commit([report("web-01", 5), broken])).rejects.toThrow();
      expect(await store.machine("web-01", "")).toBeNull();
    });

    it("counts by status and averages over machines that are online", async () => {
      const withCpu = (id: string, secondsAgo: number, cpu: number | null) =>
        report(id, secondsAgo, { figures: { ...report("", 0).figures, cpu } });
      await store.commit([
        withCpu("a", 10, 20),
        withCpu("b", 30, 95),
        withCpu("c", 45, 99),
        withCpu("d", 61, 100),
        withCpu("e", 1, null),
      ]);
      const summary = await store.summary(NOW, limits, 90);
      expect(summary.counts).toEqual({ online: 3, warning: 1, offline: 1 });
      expect(summary.meanCpu).toBeCloseTo(57.5);
      expect(summary.high).toEqual([
        { machineId: "c", figure: "cpu", percent: 99 },
        { machineId: "b", figure: "cpu", percent: 95 },
      ]);
    });

    it("has a summary of an empty fleet", async () => {
      expect(await store.summary(NOW, limits, 90)).toEqual({
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
        await store.commit(
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
            const page = await store.machines({ ...everything, sort, descending, limit: 4, after }, NOW, limits);
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
      await store.commit([
        report("1", 5, { hostname: "Zebra" }),
        report("2", 5, { hostname: "alpha" }),
        report("Mule", 5, { hostname: null }),
      ]);
      const { machines } = await store.machines({ ...everything, sort: "name" }, NOW, limits);
      expect(machines.map((each) => each.machineId)).toEqual(["2", "Mule", "1"]);
    });

    it("finds whole hidden words by their hash, and machines that say nothing but their id", async () => {
      await store.commit([
        report("one", 5, { searchText: null, searchHashes: "aa11 bb22", hostname: null }),
        report("two", 5, { searchText: null, searchHashes: "cc33", hostname: null, info: null, infoHash: null }),
      ]);
      const list = async (text: string, wordHash: string) => {
        const search = { text, wordHash, hostnameHash: "-", serialHash: "-" };
        return (await store.machines({ ...everything, search }, NOW, limits)).machines.map((each) => each.machineId);
      };
      expect(await list("storage", "bb22")).toEqual(["one"]);
      expect(await list("storage", "dd44")).toEqual([]);
      expect(await list("TW", "dd44")).toEqual(["two"]);
    });

    it("filters by status and searches by id, host name and serial number", async () => {
      await store.commit([
        report("web-01", 5),
        report("db_01", 45, { hostname: "Storage", searchText: "storage\n192.0.2.7\neu-west" }),
        report("db-01", 90, { serialHash: "S1" }),
      ]);
      const list = async (overrides: Partial<MachineQuery>) =>
        (await store.machines({ ...everything, ...overrides }, NOW, limits)).machines.map((each) => each.machineId);
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

    it("forgets a machine with its history", async () => {
      await store.commit([report("web-01", 5), report("web-02", 5)]);
      expect(await store.remove("web-01")).toBe(true);
      expect(await store.machine("web-01", "serial web-01")).toBeNull();
      await store.commit([report("web-01", 3)]);
      expect(await sampleTimes("web-01")).toEqual([NOW - 3_000]);
      expect(await sampleTimes("web-02")).toEqual([NOW - 5_000]);
    });

    it("loses nothing when two nodes commit the same machines at once in opposite orders", async () => {
      const other = open();
      const ids = Array.from({ length: 40 }, (_, index) => `m-${index}`);
      const rounds = Array.from({ length: 15 }, (_, round) => round);
      const commitAll = async (by: FleetStore, order: readonly string[], offsetMs: number) => {
        for (const round of rounds) {
          const at = NOW + round * 10_000 + offsetMs;
          await by.commit(order.map((id) => report(id, 0, { sampledAt: at, arrivedAt: at })));
        }
      };
      await Promise.all([commitAll(store, ids, 0), commitAll(other, ids.toReversed(), 1)]);
      const expected = rounds.flatMap((round) => [NOW + round * 10_000, NOW + round * 10_000 + 1]);
      for (const id of ids) {
        expect(await sampleTimes(id)).toEqual(expected);
        expect((await machine(id)).lastSeen).toBe(expected.at(-1));
      }
    });

    it("stores a report once that two nodes commit at the same moment", async () => {
      const other = open();
      for (let round = 0; round < 10; round++) {
        const timed = Array.from({ length: 10 }, (_, index) => report(`timed-${round}-${index}`, 5));
        const untimed = timed.map((each, index) => ({
          ...each,
          machineId: `hash-${round}-${index}`,
          repeatHash: "same",
        }));
        const batch = [...timed, ...untimed];
        await Promise.all([store.commit(batch), other.commit(batch.toReversed())]);
        for (const { machineId } of batch) expect(await sampleTimes(machineId)).toEqual([NOW - 5_000]);
      }
    });

    it("keeps the newest info when nodes take turns with reports of different info", async () => {
      const other = open();
      const said = (secondsAgo: number, words: string) =>
        report("web-01", secondsAgo, { info: `{"says":"${words}"}`, infoHash: words, serialHash: words });
      const infoIs = async (words: string) => {
        expect((await machine("web-01")).info).toBe(`{"says":"${words}"}`);
        expect(await store.machine("", words)).not.toBeNull();
      };
      await store.commit([said(60, "first")]);
      await other.commit([said(50, "second")]);
      await infoIs("second");
      await store.commit([said(40, "first")]);
      await infoIs("first");
      await other.commit([said(30, "second"), report("web-02", 30)]);
      await infoIs("second");
      await store.commit([said(20, "first"), said(10, "second")]);
      await infoIs("second");
      await other.remove("web-01");
      await store.commit([said(5, "second")]);
      await infoIs("second");
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
      await store.commit([report("it's a \\ 名前 {}\",NULL", 5, strange), report("web-01", 5)]);
      expect(await machine("it's a \\ 名前 {}\",NULL")).toMatchObject({ info: odd, metrics: odd });
      const samples = await store.history.samples("it's a \\ 名前 {}\",NULL", allTime);
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
      expect(await machine("web-01")).toMatchObject({ metrics: `{"at":${NOW - 5_000}}` });
      expect((await store.summary(NOW, limits, 90)).counts.online).toBe(2);
    });

    it.each(["a\0b", "\0", "\ud800", "'; --", "\\", "%_\\%", ""])("answers a question for %j", async (words) => {
      await store.commit([report("web-01", 5)]);
      const search = { text: words, hostnameHash: "none", serialHash: "none", wordHash: "none" };
      const { machines, total } = await store.machines({ ...everything, search }, NOW, limits);
      expect(machines).toHaveLength(total);
      expect(await store.machine(words, "")).toBeNull();
      expect(await store.history.samples(words, allTime)).toBeNull();
      expect(await store.remove(words)).toBe(false);
    });

    it("takes the cursor of another sort without failing", async () => {
      await store.commit([report("web-01", 5)]);
      for (const sort of ["machine_id", "last_seen", "cpu"] as const) {
        for (const value of ["web-01", "\0", "", 5, -1e300]) {
          const page = await store.machines({ ...everything, sort, after: { value, machineId: "\0" } }, NOW, limits);
          expect(page.total).toBe(1);
        }
      }
    });

    it("ends a page early where machines say very much, and leaves none out", async () => {
      const metrics = JSON.stringify({ much: "x".repeat(2_500_000) });
      for (const id of ["a", "b", "c"]) await store.commit([report(id, 5, { metrics })]);
      const first = await store.machines(everything, NOW, limits);
      expect(first.machines.map(({ machineId }) => machineId)).toEqual(["a", "b"]);
      expect(first.total).toBe(3);
      const second = await store.machines({ ...everything, after: first.next ?? undefined }, NOW, limits);
      expect(second.machines.map(({ machineId }) => machineId)).toEqual(["c"]);
      expect(second.machines[0]?.metrics).toBe(metrics);
      expect(second.next).toBeNull();
    });

    it("leaves out the older whole samples, never their figures, where they are very large", async () => {
      const metrics = JSON.stringify({ much: "x".repeat(2_500_000) });
      for (const secondsAgo of [120, 60, 0]) await store.commit([report("web-01", secondsAgo, { metrics })]);
      const samples = (await store.history.samples("web-01", allTime)) ?? [];
      expect(samples.map((sample) => sample.metrics === metrics)).toEqual([false, false, true]);
      expect(samples.map((sample) => sample.figures.cpu)).toEqual([10, 10, 10]);
    });

    it("can be asked whether it takes reports", async () => {
      await expect(store.check()).resolves.toBeUndefined();
    });
  });
}
