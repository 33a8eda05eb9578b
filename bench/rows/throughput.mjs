import { DETAIL_SECONDS, compare, median } from "../load/compare.mjs";
import { makeNode } from "../support/fleet-node.mjs";
import { startPostgres } from "../support/postgres.mjs";
import { percent } from "../support/show-table.mjs";
import { startCeiling } from "../support/start-ceiling.mjs";

const config = { history: { detail_interval: DETAIL_SECONDS } };

/** Reports per second, encrypted on the way and at rest, beside the ceiling. @param {import("../bench.mjs").Bench} bench */
export async function throughput(bench) {
  await onSqlite(bench);
  await onPostgres(bench);
}

/** @param {import("../bench.mjs").Bench} bench */
async function onSqlite(bench) {
  const node = await makeNode({ config, ...(bench.profile ? { profile: bench.profile } : {}) });
  await node.start();
  const dbPath = await emptyTables();
  const ceiling = await startCeiling({ dbPath, detailMs: DETAIL_SECONDS * 1000 });
  await beside(bench, "SQLite", [
    { name: "node", url: node.url, pids: () => [node.pid()] },
    { name: "ceiling", url: ceiling.url, pids: () => [ceiling.pid()] },
  ]);
  await Promise.all([node.stop(), ceiling.stop()]);
}

/** @param {import("../bench.mjs").Bench} bench */
async function onPostgres(bench) {
  const postgres = await startPostgres();
  const dbUrl = await postgres.createDatabase("fleet");
  const ceilingUrl = await postgres.createDatabase("ceiling");
  await emptyTables(ceilingUrl);
  const node = await makeNode({ dbUrl, config, ...(bench.profile ? { profile: bench.profile } : {}) });
  await node.start();
  const ceiling = await startCeiling({ dbUrl: ceilingUrl, detailMs: DETAIL_SECONDS * 1000 });
  await beside(bench, "PostgreSQL", [
    { name: "node", url: node.url, pids: () => [node.pid(), postgres.pid] },
    { name: "ceiling", url: ceiling.url, pids: () => [ceiling.pid(), postgres.pid] },
  ]);
  await Promise.all([node.stop(), ceiling.stop()]);
}

/** A node makes the tables, so that the ceiling writes into the very same ones. @param {string} [dbUrl] */
async function emptyTables(dbUrl) {
  const node = await makeNode(dbUrl === undefined ? {} : { dbUrl });
  await node.start();
  await node.stop();
  return node.dbPath;
}

/**
 * @param {import("../bench.mjs").Bench} bench
 * @param {string} database
 * @param {readonly import("../load/compare.mjs").Target[]} targets
 */
async function beside(bench, database, targets) {
  const { node = [], ceiling = [] } = await compare(bench, targets, { encrypted: true });
  const [own, bare] = [median(node.map(({ rate }) => rate)), median(ceiling.map(({ rate }) => rate))];
  bench.topRates.set(database, own);
  const cost = (/** @type {import("../load/compare.mjs").Measured[]} */ rounds) =>
    median(rounds.map(({ serverCpu, rate, seconds }) => (1000 * serverCpu) / (rate * seconds))).toFixed(2);
  const clients = percent(median(node.map(({ clientShare }) => clientShare)));
  bench.add({
    what: `reports/s, encrypted, ${database}`,
    figure: `${own.toFixed(0)} (ceiling ${bare.toFixed(0)}): ${(own / bare).toFixed(2)}; CPU time of a report ${cost(node)} ms (${cost(ceiling)}); client ${clients} of the CPU time`,
    bound: "0.8 of the ceiling",
    kept: own / bare >= 0.8,
    raw: { node, ceiling },
  });
}
