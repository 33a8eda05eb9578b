import { addSamples, execute, read } from "../support/databases.mjs";
import { makeNode } from "../support/fleet-node.mjs";
import { startPostgres } from "../support/postgres.mjs";
import { waitForRollUps } from "../support/wait-for-roll-ups.mjs";
import { knowMachines } from "./stored.mjs";

const MACHINES = 100;
const SECONDS_BETWEEN = 10;
const DAY_SECONDS = 86_400;
const HOURS = 6;

/** Bytes of the tables of this name with their indexes, and of their partitions. */
const bytes = {
  SQLite: (/** @type {string} */ names) => `SELECT sum(pgsize) FROM dbstat WHERE name IN (${names})`,
  PostgreSQL: (/** @type {string} */ names) =>
    `SELECT sum(pg_total_relation_size(c.oid))::float8 FROM pg_class c
     WHERE c.relname IN (${names}) OR c.oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent::regclass::text IN (${names}))`,
};

/**
 * What a machine takes on disk for a day at a report each ten seconds: hours of samples of every machine, rolled up by the
 * node, extended to a day.
 *
 * @param {import("../bench.mjs").Bench} bench
 */
export async function size(bench) {
  for (const database of /** @type {const} */ (["SQLite", "PostgreSQL"])) {
    const dbUrl = database === "SQLite" ? undefined : await (await startPostgres()).createDatabase("fleet");
    const node = await makeNode(dbUrl === undefined ? {} : { dbUrl });
    await node.start();
    bench.progress(`filling ${database}`);
    await knowMachines(bench, node.url, MACHINES);
    await node.stop();
    const place = dbUrl === undefined ? { path: node.dbPath } : { url: dbUrl };
    const sizeOf = async (/** @type {string} */ names) => Number(await read(place, bytes[database](names)));
    const before = await sizeOf("'history_rollups'");
    // Whole hours that are over, so that the last of them is rolled up too.
    const untilMs = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 1;
    const each = (HOURS * 3600) / SECONDS_BETWEEN;
    await execute(place, [
      ...addSamples({ each, stepMs: SECONDS_BETWEEN * 1000, untilMs, details: true }),
      // As nodes say that samples came when their five minutes were over.
      "INSERT INTO history_late (slot, machine) SELECT DISTINCT slot, machine FROM history_samples",
    ]);
    await node.start();
    await waitForRollUps(place, untilMs);
    await node.stop();
    const perDay = (/** @type {number} */ total) => (total / MACHINES / (HOURS * 3600)) * DAY_SECONDS;
    const figures = perDay(await sizeOf("'history_samples'"));
    const whole = perDay(await sizeOf("'history_details'"));
    const rollUps = perDay((await sizeOf("'history_rollups'")) - before);
    bench.add({
      what: `bytes per machine and day, ${database}`,
      figure: `raw ${((figures + whole) / 1e6).toFixed(2)} MB (figures ${(figures / 1e6).toFixed(2)}, whole samples ${(whole / 1e6).toFixed(2)}), roll-ups ${(rollUps / 1e3).toFixed(0)} KB`,
      bound: "raw under 4 MB, roll-ups under 100 KB",
      kept: figures + whole < 4e6 && rollUps < 1e5,
      raw: { figures, whole, rollUps },
    });
  }
}
