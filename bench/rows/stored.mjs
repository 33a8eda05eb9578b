import { DETAIL_SECONDS, compare, median } from "../load/compare.mjs";
import { addSamples, execute } from "../support/databases.mjs";
import { apiKey, keys, makeNode } from "../support/fleet-node.mjs";
import { startPostgres } from "../support/postgres.mjs";
import { waitForRollUps } from "../support/wait-for-roll-ups.mjs";

const MACHINES = 1_000;
const EACH = 1_000;
const STEP_MS = 10_000;
/** What is stored ends before what is sent begins. */
const AGO_MS = 900_000;

/** The same with a million samples stored, against an empty database. @param {import("../bench.mjs").Bench} bench */
export async function stored(bench) {
  await beside(bench, "SQLite", {});
  const postgres = await startPostgres();
  const [empty, full] = [await postgres.createDatabase("empty"), await postgres.createDatabase("full")];
  await beside(bench, "PostgreSQL", { empty, full, pid: postgres.pid });
}

/**
 * @param {import("../bench.mjs").Bench} bench
 * @param {string} database
 * @param {{ empty?: string, full?: string, pid?: number }} postgres
 */
async function beside(bench, database, { empty, full, pid }) {
  const config = { history: { detail_interval: DETAIL_SECONDS } };
  const [emptyNode, fullNode] = await Promise.all(
    [empty, full].map((dbUrl) => makeNode({ config, ...(dbUrl === undefined ? {} : { dbUrl }) })),
  );
  if (!emptyNode || !fullNode) throw new Error("two nodes are needed");
  await Promise.all([emptyNode.start(), fullNode.start()]);
  bench.progress(`filling ${database}`);
  await knowMachines(bench, fullNode.url, MACHINES);
  await fullNode.stop();
  const place = full === undefined ? { path: fullNode.dbPath } : { url: full };
  const untilMs = Date.now() - AGO_MS;
  await execute(place, addSamples({ each: EACH, stepMs: STEP_MS, untilMs, details: true }));
  await execute(place, full === undefined ? ["ANALYZE"] : ["VACUUM ANALYZE history_samples", "CHECKPOINT"]);
  await fullNode.start();
  await waitForRollUps(place, untilMs);
  const extra = pid === undefined ? [] : [pid];
  const results = await compare(
    bench,
    [
      { name: "empty", url: emptyNode.url, pids: () => [emptyNode.pid(), ...extra] },
      { name: "full", url: fullNode.url, pids: () => [fullNode.pid(), ...extra] },
    ],
    { encrypted: true },
  );
  await Promise.all([emptyNode.stop(), fullNode.stop()]);
  const [before, after] = [results.empty, results.full].map((rounds = []) => median(rounds.map(({ rate }) => rate)));
  const ratio = (after ?? NaN) / (before ?? NaN);
  bench.add({
    what: `reports/s with 1,000,000 samples stored, ${database}`,
    figure: `${after?.toFixed(0)} (empty ${before?.toFixed(0)}): ${ratio.toFixed(2)}`,
    bound: "0.8 of the empty one",
    kept: ratio >= 0.8,
    raw: results,
  });
}

/**
 * Every machine reports once, so that the node has made its rows and sealed its documents.
 *
 * @param {import("../bench.mjs").Bench} bench
 * @param {string} url
 * @param {number} machines
 */
export async function knowMachines(bench, url, machines) {
  const key = keys.payload.toString("base64");
  await bench.client.prepare({ machines, each: 1, stepMs: 500, fromMs: Date.now() - 1_000, batch: 1, key, apiKey });
  await bench.client.flood({ url, connections: bench.connections });
}
