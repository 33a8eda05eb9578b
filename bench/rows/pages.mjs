import { setTimeout as sleep } from "node:timers/promises";
import { openWindow, startBrowser } from "../browser/measured-page.mjs";
import { median } from "../load/compare.mjs";
import { startSteadyLoad } from "../load/steady-load.mjs";
import { addMachines, addSamples, execute, writeOut } from "../support/databases.mjs";
import { makeNode } from "../support/fleet-node.mjs";
import { startPostgres } from "../support/postgres.mjs";
import { ms, percent } from "../support/show-table.mjs";
import { waitForRollUps } from "../support/wait-for-roll-ups.mjs";
import { knowMachines } from "./stored.mjs";

const MACHINES = 100_000;
/** Each of them reports once a second, and they lead by CPU: every row on screen changes with every message. */
const REPORTING = 300;
/** What the same pages are measured with that have next to nothing to show, and nothing that changes. */
const FEW = 100;
const BY_CPU = "/machines?sort=-cpu";
/** The last half hour of each machine that reports, for the lines in the table. */
const trend = { each: 180, stepMs: 10_000, details: false };
const WARM_UP_MS = 10_000;
/** So that copies made once stay online. */
const config = { machines: { warning_after: 40_000, offline_after: 80_000 } };

/**
 * How long people wait for the pages of 100,000 machines, and what open ones cost.
 *
 * @param {import("../bench.mjs").Bench} bench
 */
export async function pages(bench) {
  const browser = await startBrowser();
  const few = await nodeWith(bench, FEW, FEW);
  for (const database of ["SQLite", "PostgreSQL"]) {
    const dbUrl = database === "SQLite" ? undefined : await (await startPostgres()).createDatabase("fleet");
    bench.progress(`filling ${database} with ${MACHINES} machines`);
    const many = await nodeWith(bench, REPORTING, MACHINES, dbUrl);
    await startSteadyLoad(bench, many.url, REPORTING, { machines: REPORTING, prefix: "machine" });
    await sleep(WARM_UP_MS);
    writeOut();
    await compareVisits(bench, browser, database, { many: many.url, few: few.url });
    await compareWatching(bench, browser, database, { many: many.url, few: few.url });
    await bench.client.stopFleet();
    await many.stop();
  }
  await few.stop();
  await browser.close();
}

/**
 * @param {import("../bench.mjs").Bench} bench
 * @param {number} known machines with a trend
 * @param {number} machines in all
 * @param {string} [dbUrl]
 */
async function nodeWith(bench, known, machines, dbUrl) {
  const node = await makeNode({ config, ...(dbUrl === undefined ? {} : { dbUrl }) });
  await node.start();
  await knowMachines(bench, node.url, known);
  await node.stop();
  const place = dbUrl === undefined ? { path: node.dbPath } : { url: dbUrl };
  const untilMs = Date.now() - 10_000;
  await execute(place, addSamples({ ...trend, untilMs }));
  if (machines > known) {
    const behind = "UPDATE machines SET cpu_percent = cpu_percent * 0.3 WHERE machine_id LIKE 'copy-%'";
    await execute(place, [...addMachines(machines - known, Date.now(), place), behind]);
  }
  await execute(place, dbUrl === undefined ? ["ANALYZE"] : ["VACUUM ANALYZE machines", "CHECKPOINT"]);
  await node.start();
  await waitForRollUps(place, untilMs - 600_000);
  return node;
}

/**
 * @param {import("../bench.mjs").Bench} bench
 * @param {import("playwright-core").Browser} browser
 * @param {string} database
 * @param {Readonly<Record<"many" | "few", string>>} urls
 */
async function compareVisits(bench, browser, database, urls) {
  /** @type {Record<"many" | "few", Awaited<ReturnType<typeof visit>>[]>} */
  const visits = { many: [], few: [] };
  for (let round = 0; round <= bench.rounds; round++) {
    bench.progress(`visit ${round} of ${database}`);
    const turns = /** @type {const} */ (["many", "few"]);
    for (const side of round % 2 === 0 ? turns : turns.toReversed()) {
      const visited = await visit(browser, urls[side]);
      // The first one warms the node up.
      if (round > 0) visits[side].push(visited);
    }
  }
  /** @param {string} what @param {(visited: Awaited<ReturnType<typeof visit>>) => number[]} pick @param {number | null} boundMs */
  const add = (what, pick, boundMs) => {
    const [many, few] = [visits.many.flatMap(pick), visits.few.flatMap(pick)];
    const [time, beside] = [median(many), median(few)];
    bench.add({
      what: `${what}, ${database}`,
      figure: `${ms(time)} (${ms(Math.min(...many))} to ${ms(Math.max(...many))}), beside ${ms(beside)}: ${(time / beside).toFixed(2)}`,
      bound: boundMs === null ? "" : `under ${boundMs} ms`,
      kept: boundMs === null ? null : time < boundMs,
      raw: { many, few },
    });
  };
  add("machines page opened by its address, interactive", ({ load }) => [load.interactive], 1_000);
  add("its rows on screen", ({ load }) => [load.rows], null);
  add("its main thread's CPU time until then", ({ load }) => [load.cpu], null);
  add("machines page by a click, interactive", ({ click }) => [click.interactive], 1_000);
  add("its rows on screen after the click", ({ click }) => [click.rows], null);
  add("its main thread's CPU time after the click", ({ click }) => [click.cpu], null);
  add("a key in its search field is shown", ({ keys }) => keys, 100);
  add("rows after the last key of a search", ({ found }) => [found], null);
  add("rows of the next page", ({ next }) => [next.rows], null);
}

/** What somebody does who comes to the machines page. @param {import("playwright-core").Browser} browser @param {string} url */
async function visit(browser, url) {
  const window = await openWindow(browser, url);
  const cold = await window.open();
  const load = await cold.load(BY_CPU);
  const next = await cold.click(cold.page.getByRole("button", { name: "Next" }));
  const { keys, rows: found } = await cold.search("site-7");
  await cold.page.close();
  const warm = await window.open();
  await warm.settle("/dashboard");
  const click = await warm.click(warm.page.getByRole("link", { name: "Machines", exact: true }));
  await window.close();
  return { load, next, keys, found, click };
}

/**
 * @param {import("../bench.mjs").Bench} bench
 * @param {import("playwright-core").Browser} browser
 * @param {string} database
 * @param {Readonly<Record<"many" | "few", string>>} urls
 */
async function compareWatching(bench, browser, database, urls) {
  const seconds = bench.quick ? 10 : 60;
  for (const path of [BY_CPU, "/dashboard"]) {
    bench.progress(`watching ${path} of ${database} for ${2 * seconds} s`);
    const [many, few] = [await watch(browser, urls.many, path, seconds), await watch(browser, urls.few, path, seconds)];
    bench.add({
      what: `longest task in ${seconds} s of live ${path}, ${database}`,
      figure: `${longest(many)}, main thread busy ${percent(many.busy)}; beside ${longest(few)}, ${percent(few.busy)}`,
      bound: "under 200 ms",
      kept: many.longest < 200,
      raw: { many, few },
    });
    bench.add({
      what: `JavaScript heap after that, ${path}, ${database}`,
      figure: `${many.heap.toFixed(1)} MB (${many.heapBefore.toFixed(1)} before), ${many.requests} requests; beside ${few.heap.toFixed(1)} MB, ${few.requests}`,
      bound: "",
      kept: null,
      raw: null,
    });
  }
}

/** @param {{ longest: number }} watched */
function longest({ longest }) {
  return longest === 0 ? "none over 50 ms" : ms(longest);
}

/** @param {import("playwright-core").Browser} browser @param {string} url @param {string} path @param {number} seconds */
async function watch(browser, url, path, seconds) {
  const window = await openWindow(browser, url);
  const open = await window.open();
  await open.settle(path);
  const watched = await open.watch(seconds * 1000);
  await window.close();
  return watched;
}
