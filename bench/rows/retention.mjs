import { setTimeout as sleep } from "node:timers/promises";
import { halfTheTopRate, startSteadyLoad } from "../load/steady-load.mjs";
import { Latencies } from "../simulator/latencies.mjs";
import { addSamples, execute, read, writeOut } from "../support/databases.mjs";
import { makeNode } from "../support/fleet-node.mjs";
import { startPostgres } from "../support/postgres.mjs";
import { ms } from "../support/show-table.mjs";
import { knowMachines } from "./stored.mjs";

const MACHINES = 1_000;
const HOUR_MS = 3_600_000;
const SLOT_MS = 300_000;
/** Past the 48 hours that raw samples are kept, and a whole day of PostgreSQL's partitions. */
const AGE_MS = 96 * HOUR_MS;
const WINDOW_MS = 500;
const WARM_WINDOWS = 16;
const CONTROL_WINDOWS = 40;
const PATIENCE_MS = 240_000;

/** A million old samples removed while reports come in. @param {import("../bench.mjs").Bench} bench */
export async function retention(bench) {
  for (const [database, boundMs] of /** @type {const} */ ([
    ["SQLite", 250],
    ["PostgreSQL", 100],
  ])) {
    const dbUrl = database === "SQLite" ? undefined : await (await startPostgres()).createDatabase("fleet");
    const node = await makeNode(dbUrl === undefined ? {} : { dbUrl });
    await node.start();
    const each = bench.quick ? 100 : 1_000;
    bench.progress(`filling ${database} with ${each * MACHINES} old samples`);
    await knowMachines(bench, node.url, MACHINES);
    await node.stop();
    const place = dbUrl === undefined ? { path: node.dbPath } : { url: dbUrl };
    await execute(place, oldSamples(each, database === "SQLite" ? "slot" : "next slot"));
    writeOut();
    const { removal, control, seconds } = await measure(bench, database, node, place);
    await node.stop();
    bench.add({
      what: `retention removing ${each * MACHINES} samples under load, ${database}`,
      figure: `p99.9 ${ms(removal.quantile(0.999))} for ${seconds} s, longest ${ms(removal.maxMs)} (without: ${ms(control.quantile(0.999))}, ${ms(control.maxMs)})`,
      bound: `p99.9 under ${boundMs} ms`,
      kept: removal.quantile(0.999) < boundMs,
      raw: { removal: [...removal.counts], control: [...control.counts] },
    });
  }
}

/** As if they were rolled up long ago. @param {number} each @param {string} progress */
function oldSamples(each, progress) {
  const rolledUp = Math.floor(Date.now() / SLOT_MS) - 1;
  return [
    ...addSamples({ each, stepMs: 10_000, untilMs: Date.now() - AGE_MS, details: true }),
    `INSERT INTO history_progress (name, value) VALUES ('${progress}', ${rolledUp}) ON CONFLICT (name) DO NOTHING`,
    `DELETE FROM history_progress WHERE name = 'retention at'`,
  ];
}

/**
 * Its windows are told apart by the oldest sample that is stored.
 *
 * @param {import("../bench.mjs").Bench} bench
 * @param {string} database
 * @param {Awaited<ReturnType<typeof makeNode>>} node
 * @param {import("../support/databases.mjs").Place} place
 */
async function measure(bench, database, node, place) {
  await node.start();
  const oldest = async () => Number(await read(place, "SELECT min(slot) FROM history_samples"));
  const first = await oldest();
  if (first > Date.now() / SLOT_MS - 24 * 12) throw new Error("retention was over before it could be measured");
  await startSteadyLoad(bench, node.url, halfTheTopRate(bench, database), { machines: 5_000 });
  /** @type {{ oldest: number, counts: number[], longest: number }[]} */
  const windows = [];
  const until = Date.now() + PATIENCE_MS;
  const isOver = () => (windows.at(-1)?.oldest ?? 0) > Date.now() / SLOT_MS - 24 * 12;
  for (let after = 0; after < CONTROL_WINDOWS; after += isOver() ? 1 : 0) {
    await sleep(WINDOW_MS);
    const { counts, longest } = await bench.client.takeFigures();
    windows.push({ oldest: await oldest(), counts, longest });
    if (Date.now() > until) throw new Error("retention does not come to its end");
  }
  const { errors } = await bench.client.stopFleet();
  if (errors > 0) throw new Error(`${errors} reports were refused`);
  const begun = Math.max(windows.findIndex((each) => each.oldest > first) - 1, 0);
  const ended = windows.findIndex((each) => each.oldest > Date.now() / SLOT_MS - 24 * 12) + 2;
  return {
    removal: merged(windows.slice(begun, ended)),
    control: merged(windows.slice(Math.max(ended, WARM_WINDOWS))),
    seconds: ((ended - begun) * WINDOW_MS) / 1000,
  };
}

/** @param {readonly { counts: number[], longest: number }[]} windows */
function merged(windows) {
  const all = new Latencies();
  for (const { counts, longest } of windows) all.merge({ counts, maxMs: longest });
  return all;
}
