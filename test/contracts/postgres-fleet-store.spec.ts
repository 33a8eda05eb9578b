import path from "node:path";
import { BackendUnavailableError } from "../../src/common/fleet-error.js";
import { FernetKey } from "../../src/crypto/fernet.js";
import { NOW, report } from "../support/accepted-report.js";
import { startProcess } from "../support/child-process.js";
import { startCutLine } from "../support/cut-line.js";
import { projectRoot } from "../support/project-root.js";
import { waitFor } from "../support/wait-for.js";
import { withMigration } from "./fleet-database.js";
import { allTime, everything, limits } from "./fleet-queries.js";
import { PostgresFleet, failureOf } from "./postgres-fleet.js";

const fleet = PostgresFleet.forEachTest();

describe("a frozen node", () => {
  it("holds nobody up, frozen at any moment under load, and loses nothing it answered for", async () => {
    const ids = Array.from({ length: 30 }, (_, index) => `m-${index}`);
    const program = `
      const built = (file) => import(process.env.BUILT + "/" + file + ".js");
      const { PostgresFleetStore } = await built("fleet/store/postgres/postgres-fleet-store");
      const { DocumentCipher } = await built("database/document-cipher");
      const store = new PostgresFleetStore({ url: process.env.DATABASE, cipher: new DocumentCipher([process.env.KEY]),
        detailIntervalMs: 60000, repeatWindowMs: 15000 });
      const template = JSON.parse(process.env.REPORT);
      let stopping = false;
      process.on("SIGTERM", () => { stopping = true; });
      for (let round = 0; !stopping; round++) {
        const at = template.arrivedAt + 1 + round * 1000;
        const batch = JSON.parse(process.env.IDS).reverse().map((machineId) =>
          ({ ...template, machineId, arrivedAt: at, sampledAt: at, infoHash: "info " + (round % 3) }));
        // As an agent does that was not answered.
        for (;;) if (await store.commit(batch).then(() => true, (error) => {
          if (error.code !== "BACKEND_UNAVAILABLE") throw error;
          return false;
        })) break;
        console.log("answered " + at);
      }
      await store.close();`;
    const key = FernetKey.generate();
    const node = startProcess(process.execPath, ["--input-type=module", "-e", program], {
      env: {
        ...process.env,
        BUILT: path.join(projectRoot, "dist"),
        DATABASE: fleet.url,
        KEY: key,
        REPORT: JSON.stringify(report("", 0, { metrics: JSON.stringify({ much: "x".repeat(5_000) }) })),
        IDS: JSON.stringify(ids),
      },
    });
    const other = fleet.open();
    await node.waitForLine(/^answered/);
    for (let round = 0; round < 40; round++) {
      const answers = node.output.length;
      node.kill("SIGSTOP");
      // A lock held by the frozen node would be waited for until the time limit, which is a failure.
      await other.commit(ids.map((id) => report(id, 100_000 - round)));
      node.kill("SIGCONT");
      // Every fourth time it is frozen again at once, wherever it is.
      if (round % 4 !== 0)
        await waitFor(() => node.output.length > answers, { what: "the node to go on", intervalMs: 1 });
    }
    await node.stop();
    expect(node.exit).toEqual({ code: 0, signal: null });
    const answered = node.output
      .trim()
      .split("\n")
      .map((line) => Number(line.replace("answered ", "")));
    const ours = Array.from({ length: 40 }, (_, round) => NOW - (100_000 - round) * 1000);
    const reader = fleet.open(fleet.url, [key]);
    for (const id of ids) {
      const stored = (await reader.history.samples(id, allTime))?.map(({ at }) => at);
      expect(stored).toEqual([...ours, ...answered]);
    }
  });

  it("holds nobody up even when only the last bytes of its message are missing", async () => {
    const line = await startCutLine(fleet.server.port);
    const frozen = fleet.open(fleet.url.replace(String(fleet.server.port), String(line.port)));
    await frozen.commit([report("web-01", 60)]);
    // The message that ends a statement for the protocol ("Sync"); the statement itself has been passed on.
    line.holdBack(Buffer.from([0x53, 0, 0, 0, 4]));
    const unanswered = failureOf(frozen.commit([report("web-01", 50)]));
    await waitFor(() => line.held > 0, { what: "the line to be cut" });
    const other = fleet.open();
    await waitFor(async () => (await other.history.samples("web-01", allTime))?.length === 2, { what: "the commit" });
    await other.commit([report("web-01", 40)]);
    expect((await other.history.samples("web-01", allTime))?.length).toBe(3);
    expect(await unanswered).toBeInstanceOf(BackendUnavailableError);
  });
});

it("refuses a machine id that PostgreSQL cannot hold, as the report's own fault", async () => {
  const store = fleet.open();
  const failure = await failureOf(store.commit([report("web-01", 5), report("a\0b", 5)]));
  expect(failure).toBeInstanceOf(Error);
  expect(failure).not.toBeInstanceOf(BackendUnavailableError);
  await store.commit([report("web-01", 5)]);
});

it("reads no table from end to end to commit, however it was first planned", async () => {
  const scans = async () => {
    const [row] = await fleet.query(
      `SELECT sum(seq_scan)::int AS scans, sum(n_tup_ins)::int AS rows,
        sum(n_tup_ins) FILTER (WHERE relname = 'machines')::int AS machines FROM pg_stat_user_tables`,
    );
    return row as { scans: number; rows: number; machines: number };
  };
  // The first one makes the partitions of its day.
  await fleet.open().commit([report("first", 60)]);
  await fleet.closeStores();
  await waitFor(async () => (await scans()).machines === 1, { what: "the statistics of creating the tables" });
  const store = fleet.open();
  const before = await scans();
  // Planned on empty tables, used on filled ones.
  for (let round = 0; round < 20; round++) {
    const batch = Array.from({ length: 100 }, (_, index) => report(`m-${round}-${index}`, 60));
    await store.commit(batch.map((each, index) => (index % 2 === 0 ? each : { ...each, repeatHash: "words" })));
  }
  await fleet.closeStores();
  const after = await waitFor(
    async () => {
      const now = await scans();
      return now.rows >= before.rows + 8_000 && now;
    },
    { what: "the statistics of 2000 reports" },
  );
  expect(after.scans).toBe(before.scans);
});

it("removes a machine with a long history, piece by piece", async () => {
  const store = fleet.open();
  await store.commit([report("web-01", 5), report("web-02", 5)]);
  const rows = "SELECT id, n FROM machines, generate_series(1, 5000) n";
  await fleet.query(`INSERT INTO samples (machine, ts) ${rows}`);
  await fleet.query(`INSERT INTO sample_details (machine, ts, metrics) SELECT id, n, '{}' FROM (${rows}) r`);
  const since = `${NOW} - 5000 * 10000 + n * 10000`;
  await fleet.query(
    `SELECT fleet_make_history_day(day::integer) FROM generate_series(${NOW} / 86400000 - 1, ${NOW} / 86400000) day`,
  );
  await fleet.query(
    `INSERT INTO history_samples (machine, slot, ts) SELECT id, (${since}) / 300000, ${since} FROM (${rows}) r
     ON CONFLICT DO NOTHING`,
  );
  await fleet.query(`INSERT INTO history_rollups (machine, resolution, ts, count) SELECT id, 5, n, 1 FROM (${rows}) r`);
  expect(await store.remove("web-01")).toBe(true);
  for (const table of ["samples", "sample_details", "history_samples", "history_rollups"]) {
    const left = await fleet.query(
      `SELECT m.machine_id AS id, count(*)::int >= 5000 AS all FROM ${table} t LEFT JOIN machines m ON m.id = t.machine
       GROUP BY 1`,
    );
    expect(left).toEqual([{ id: "web-02", all: true }]);
  }
});

it("tells two machines under one id apart when the first one comes back, and not one that has changed", async () => {
  const store = fleet.open();
  const said = (id: string, secondsAgo: number, identity: string | null) =>
    report(id, secondsAgo, { identity, infoHash: `info of ${identity ?? "nobody"}` });
  await store.commit([said("twice", 60, "one"), said("moved", 60, "one"), said("mute", 60, null)]);
  await store.commit([said("twice", 50, "two"), said("moved", 50, "two"), said("mute", 50, "two")]);
  await store.commit([said("twice", 45, null), said("moved", 45, "three"), said("mute", 45, "three")]);
  // Older than what is known: it has only been on the way for long.
  await store.commit([said("moved", 55, "two")]);
  expect(await store.conflictsSince(0, 10)).toEqual([]);
  await store.commit([said("twice", 40, "one")]);
  expect(await store.conflictsSince(0, 10)).toEqual([{ machineId: "twice", at: NOW - 40_000 }]);
  expect((await store.machine("twice", ""))?.conflictAt).toBe(NOW - 40_000);
  // In one batch, too, and at the last turn.
  await store.commit([said("mute", 30, "two"), said("mute", 20, "three"), said("mute", 10, "two")]);
  expect(await store.conflictsSince(0, 10)).toEqual([
    { machineId: "mute", at: NOW - 10_000 },
    { machineId: "twice", at: NOW - 40_000 },
  ]);
  expect(await store.conflictsSince(0, 1)).toHaveLength(1);
  expect(await store.conflictsSince(NOW - 39_999, 10)).toHaveLength(1);
});

it("sorts by name, and finds hidden words by their hashes", async () => {
  const store = fleet.open();
  const hidden = { hostname: null, searchText: null, searchHashes: "h1 h2", infoHash: "hidden" };
  await store.commit([report("c", 5, { hostname: "a" }), report("b", 5, hidden), report("a", 5, { hostname: "c" })]);
  const page = (overrides: object) => store.machines({ ...everything, sort: "name", ...overrides }, NOW, limits);
  const ids = (machines: readonly { machineId: string }[]) => machines.map(({ machineId }) => machineId);
  const first = await page({ limit: 2 });
  expect(ids(first.machines)).toEqual(["c", "b"]);
  expect(ids((await page({ after: first.next ?? undefined })).machines)).toEqual(["a"]);
  expect(ids((await page({ descending: true })).machines)).toEqual(["a", "b", "c"]);
  const search = { text: "nothing", hostnameHash: "", serialHash: "" };
  expect(ids((await page({ search: { ...search, wordHash: "h2" } })).machines)).toEqual(["b"]);
  expect(ids((await page({ search: { ...search, wordHash: "" } })).machines)).toEqual([]);
  // The same info, from a node that hides names no more.
  await store.commit([report("b", 1, { ...hidden, searchText: "nothing else", searchHashes: null })]);
  expect(ids((await page({ search: { ...search, wordHash: "" } })).machines)).toEqual(["b"]);
});

it("keeps one whole sample for each interval also of samples that come late and in one batch", async () => {
  const store = fleet.open();
  const base = Math.floor(NOW / 60_000) * 60_000;
  const at = (ms: number) => report("web-01", 0, { sampledAt: base + ms, arrivedAt: NOW, metrics: `{"at":${ms}}` });
  await store.commit([at(0), at(-1_000)]);
  await store.commit([at(-2_000), at(-60_001), at(-60_002), at(-86_400_000), at(-90_000_000), at(10_000)]);
  const samples = await store.history.samples("web-01", allTime);
  expect(samples?.map(({ metrics }) => metrics)).toEqual([
    '{"at":-90000000}',
    '{"at":-86400000}',
    null,
    '{"at":-60001}',
    null,
    '{"at":-1000}',
    '{"at":0}',
    null,
  ]);
});

it("keeps whole samples compactly, and the newest metrics so that a node of the version before can read them", async () => {
  const key = FernetKey.generate();
  const store = fleet.open(fleet.url, [key]);
  const base = Math.floor(NOW / 60_000) * 60_000;
  const said = (ms: number) => JSON.stringify({ at: ms, disks: Array(20).fill({ mountpoint: "/", percent: 12.5 }) });
  const at = (ms: number) =>
    report("web-01", 0, { sampledAt: base + ms, arrivedAt: base + ms, metrics: said(ms), infoHash: `info at ${ms}` });
  await store.commit([at(0), report("web-02", 5)]);
  await store.commit([at(20_000), at(-60_000), at(60_000), at(-120_000)]);
  await store.commit([at(70_000), report("web-03", 5)]);
  const [newest] = await fleet.query(
    "SELECT d.metrics FROM machine_documents d JOIN machines m ON m.id = d.machine WHERE m.machine_id = 'web-01'",
  );
  const metrics = String(newest?.metrics);
  expect(FernetKey.parse(key).open(metrics).toString()).toBe(said(70_000));
  const whole = await fleet.query(
    "SELECT h.metrics FROM history_details h JOIN machines m ON m.id = h.machine WHERE m.machine_id = 'web-01'",
  );
  expect(whole).toHaveLength(4);
  for (const row of whole) expect(String(row.metrics).length).toBeLessThan(metrics.length / 2);
  const samples = await store.history.samples("web-01", allTime);
  expect(samples?.map((each) => each.metrics)).toEqual([
    said(-120_000),
    said(-60_000),
    said(0),
    null,
    said(60_000),
    null,
  ]);
});

it("shows up in PostgreSQL by its names, with no more than two and four connections", async () => {
  const store = fleet.open();
  await Promise.all(
    Array.from({ length: 12 }, (_, index) => [
      store.commit([report(`m-${index}`, 5)]),
      store.summary(NOW, limits),
      store.machine("m-1", ""),
    ]).flat(),
  );
  const rows = await fleet.query(
    "SELECT application_name AS name, count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'fleet-%' GROUP BY 1 ORDER BY 1",
  );
  expect(rows.map(({ name }) => name)).toEqual(["fleet-server-reads", "fleet-server-reports"]);
  expect(rows[0]?.n).toBeLessThanOrEqual(4);
  expect(rows[1]?.n).toBeLessThanOrEqual(2);
});

it("can take its tables back and make them again", async () => {
  await withMigration(fleet.url, async (dataSource) => {
    for (let left = dataSource.migrations.length; left > 0; left--) await dataSource.undoLastMigration();
    expect(await dataSource.query("SELECT 1 FROM pg_tables WHERE tablename IN ('machines', 'samples')")).toEqual([]);
    await dataSource.runMigrations();
  });
  const store = fleet.open();
  await store.commit([report("web-01", 5)]);
  expect(await store.history.samples("web-01", allTime)).toHaveLength(1);
});
