import { setTimeout as sleep } from "node:timers/promises";
import { median } from "../load/compare.mjs";
import { startSteadyLoad } from "../load/steady-load.mjs";
import { addMachines, execute, writeOut } from "../support/databases.mjs";
import { logIn, makeNode } from "../support/fleet-node.mjs";
import { startPostgres } from "../support/postgres.mjs";
import { ms } from "../support/show-table.mjs";
import { knowMachines } from "./stored.mjs";

const MACHINES = 100_000;
/** Until all of the reporting machines are known and a node that has just started is warm. */
const WARM_UP_MS = 10_000;
/** Few enough that the readings are of the reads and not of a server at its limit. */
const REPORTS_PER_SECOND = 200;
/** So that copies made once stay online. */
const config = { machines: { warning_after: 40_000, offline_after: 80_000 } };

/** The summary and a searched page of 100,000 machines. @param {import("../bench.mjs").Bench} bench */
export async function reads(bench) {
  for (const database of ["SQLite", "PostgreSQL"]) {
    const dbUrl = database === "SQLite" ? undefined : await (await startPostgres()).createDatabase("fleet");
    const node = await makeNode({ config, ...(dbUrl === undefined ? {} : { dbUrl }) });
    await node.start();
    bench.progress(`filling ${database} with ${MACHINES} machines`);
    await knowMachines(bench, node.url, 100);
    await node.stop();
    const place = dbUrl === undefined ? { path: node.dbPath } : { url: dbUrl };
    await execute(place, addMachines(MACHINES - 100, Date.now(), place));
    await execute(place, dbUrl === undefined ? ["ANALYZE"] : ["VACUUM ANALYZE machines", "CHECKPOINT"]);
    await node.start();
    await readings(bench, database, node.url);
    await node.stop();
  }
}

/**
 * @param {import("../bench.mjs").Bench} bench
 * @param {string} database
 * @param {string} url
 */
async function readings(bench, database, url) {
  const get = await logIn(url);
  const total = (await get("/api/fleet/summary")).total_machines;
  if (total !== MACHINES) throw new Error(`there are ${total} machines instead of ${MACHINES}`);
  await startSteadyLoad(bench, url, REPORTS_PER_SECOND, { machines: 1_000, prefix: "machine" });
  await sleep(WARM_UP_MS);
  writeOut();
  await bench.client.takeFigures();
  const repeats = bench.quick ? 20 : 100;
  const summary = await timesOf(repeats, () => get("/api/fleet/summary"));
  const meanwhile = await bench.client.takeFigures();
  const searched = "/api/fleet/machines?limit=100&sort=-cpu&q=site-7";
  const page = await timesOf(repeats, async () => {
    const { machines } = await get(searched);
    if (machines.length !== 100) throw new Error(`the page has ${machines.length} machines`);
  });
  const after = await bench.client.stopFleet();
  bench.add({
    what: `summary of 100,000 machines, ${database}`,
    figure: `${ms(median(summary))}; p99 of a report meanwhile ${ms(meanwhile.p99)}`,
    bound: "under 100 ms; p99 under 100 ms",
    kept: median(summary) < 100 && meanwhile.p99 < 100 && meanwhile.errors === 0,
    raw: { summary, meanwhile },
  });
  bench.add({
    what: `page of 100 of 100,000 by CPU, searched, ${database}`,
    figure: ms(median(page)),
    bound: "under 50 ms",
    kept: median(page) < 50,
    raw: { page, after },
  });
}

/** @param {number} count @param {() => Promise<unknown>} call @returns {Promise<number[]>} milliseconds of each */
export async function timesOf(count, call) {
  await call();
  const times = [];
  for (let index = 0; index < count; index++) {
    const startedAt = performance.now();
    await call();
    times.push(performance.now() - startedAt);
  }
  return times;
}
