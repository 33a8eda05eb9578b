import { setTimeout as sleep } from "node:timers/promises";
import { halfTheTopRate, startSteadyLoad } from "../load/steady-load.mjs";
import { writeOut } from "../support/databases.mjs";
import { makeNode } from "../support/fleet-node.mjs";
import { startPostgres } from "../support/postgres.mjs";
import { residentMegabytes } from "../support/process-figures.mjs";
import { ms } from "../support/show-table.mjs";

const MINUTES = 10;
const QUICK_SECONDS = 40;
const SAMPLES = 40;
const MACHINES = 10_000;
/** The code is compiled and every machine is made first. */
const WARM_UP_MS = 10_000;
/** Flat: the last third is at most so many megabytes above the middle one. */
const GROWTH = 15;

/** A node's answers and memory at half its top rate, with 10,000 machines. @param {import("../bench.mjs").Bench} bench */
export async function memory(bench) {
  for (const database of ["SQLite", "PostgreSQL"]) {
    const dbUrl = database === "SQLite" ? undefined : await (await startPostgres()).createDatabase("fleet");
    const node = await makeNode(dbUrl === undefined ? {} : { dbUrl });
    await node.start();
    await underHalfLoad(bench, database, node);
    await node.stop();
  }
}

/**
 * @param {import("../bench.mjs").Bench} bench
 * @param {string} database
 * @param {Awaited<ReturnType<typeof makeNode>>} node
 */
async function underHalfLoad(bench, database, node) {
  const rate = halfTheTopRate(bench, database);
  await startSteadyLoad(bench, node.url, rate, { machines: MACHINES });
  await sleep(WARM_UP_MS + (MACHINES / rate) * 1000);
  writeOut();
  await bench.client.takeFigures();
  const durationMs = (bench.quick ? QUICK_SECONDS : MINUTES * 60) * 1000;
  const resident = [];
  for (let sample = 0; sample < SAMPLES; sample++) {
    await sleep(durationMs / SAMPLES);
    resident.push(residentMegabytes(node.pid()));
    bench.progress(`${database} at ${rate}/s: ${resident.at(-1)?.toFixed(0)} MB`);
  }
  const figures = await bench.client.stopFleet();
  bench.add({
    what: `p99 of a report at half the top rate, ${database}`,
    figure: `${ms(figures.p99)} at ${rate}/s (p50 ${ms(figures.p50)}, p99.9 ${ms(figures.p999)}); ${figures.errors} errors`,
    bound: "under 50 ms",
    kept: figures.p99 < 50 && figures.errors === 0,
    raw: figures,
  });
  const third = Math.floor(SAMPLES / 3);
  const [middle, last] = [resident.slice(third, 2 * third), resident.slice(2 * third)].map((part) => Math.max(...part));
  const most = Math.max(...resident);
  bench.add({
    what: `resident memory after ${(durationMs / 60_000).toFixed(1)} min of that, ${database}`,
    figure: `${most.toFixed(0)} MB (middle third ${middle?.toFixed(0)}, last ${last?.toFixed(0)})`,
    bound: "under 250 MB and flat",
    kept: most < 250 && (last ?? NaN) - (middle ?? NaN) < GROWTH,
    raw: resident,
  });
}
