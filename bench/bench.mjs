// `npm run bench`: measures Fleet Server beside what bounds it; see README.md.
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { startLoadClient } from "./load/load-client.mjs";
import { history } from "./rows/history.mjs";
import { memory } from "./rows/memory.mjs";
import { pages } from "./rows/pages.mjs";
import { plain } from "./rows/plain.mjs";
import { reads } from "./rows/reads.mjs";
import { restart } from "./rows/restart.mjs";
import { retention } from "./rows/retention.mjs";
import { size } from "./rows/size.mjs";
import { stored } from "./rows/stored.mjs";
import { throughput } from "./rows/throughput.mjs";
import { showTable } from "./support/show-table.mjs";
import { undoAll } from "./support/started.mjs";

/**
 * What every row is given.
 *
 * @typedef {object} Bench
 * @property {boolean} quick for a look while developing: too short for figures to keep
 * @property {number} rounds
 * @property {number} reports of each round
 * @property {number} connections
 * @property {ReturnType<typeof startLoadClient>} client
 * @property {Map<string, number>} topRates reports per second by kind of database, once measured
 * @property {string | undefined} profile a folder for CPU profiles of the nodes
 * @property {(text: string) => void} progress
 * @property {(row: Row) => void} add
 *
 * @typedef {object} Row
 * @property {string} what
 * @property {string} figure
 * @property {string} bound
 * @property {boolean | null} kept whether the bound was kept; null where there is none
 * @property {unknown} raw everything that was measured
 */

/** In the order of the table. @satisfies {Record<string, (bench: Bench) => Promise<void>>} */
const rows = { throughput, stored, plain, memory, reads, pages, history, retention, size, restart };

const USAGE = `npm run bench -- [--only ${Object.keys(rows).join(",")}] [--quick] [--rounds N] [--connections N] [--profile FOLDER]`;

await main();

async function main() {
  const options = readOptions();
  if (!options) return;
  const { quick, names, rounds, connections, profile } = options;
  const startedAt = new Date();
  /** @type {Row[]} */
  const table = [];
  const load = { before: loadavg(), after: loadavg() };
  /** @type {Record<string, string>} */
  const failures = {};
  const end = () => void undoAll().then(() => process.exit(1));
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
  /** @type {Bench} */
  const bench = {
    quick,
    rounds: rounds ?? (quick ? 2 : 5),
    reports: quick ? 6_000 : 20_000,
    connections: connections ?? 64,
    client: startLoadClient(),
    topRates: new Map(),
    profile,
    progress: (text) => process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`),
    add: (row) => void table.push(row),
  };
  for (const name of names) {
    try {
      await rows[name](bench);
    } catch (error) {
      failures[name] = error instanceof Error ? (error.stack ?? error.message) : String(error);
      console.error(`\n${name} could not be measured: ${failures[name]}`);
      process.exitCode = 1;
    }
  }
  await undoAll();
  load.after = loadavg();
  const heading = `${startedAt.toISOString()}  Node.js ${process.version}, ${cpus().length} cores, other load ${load.before[0]?.toFixed(1)}${quick ? ", QUICK" : ""}`;
  console.log(`\n${heading}\n${showTable(table)}`);
  const folder = path.join(import.meta.dirname, "results");
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${startedAt.toISOString().replaceAll(":", "-")}.json`);
  writeFileSync(file, JSON.stringify({ heading, load, options, table, failures }, null, 2));
  console.log(`Raw figures: ${path.relative(process.cwd(), file)}`);
  process.exit();
}

function readOptions() {
  try {
    const text = /** @type {const} */ ({ type: "string" });
    const { values } = parseArgs({
      options: { only: text, quick: { type: "boolean" }, rounds: text, connections: text, profile: text },
    });
    const names = (values.only?.split(",") ?? Object.keys(rows)).map((name) => {
      if (!Object.hasOwn(rows, name)) throw new Error(`there is no row ${name}`);
      return /** @type {keyof typeof rows} */ (name);
    });
    return {
      names,
      quick: values.quick === true,
      rounds: count("rounds", values.rounds),
      connections: count("connections", values.connections),
      profile: values.profile === undefined ? undefined : path.resolve(values.profile),
    };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exitCode = 1;
    return null;
  }
}

/** @param {string} name @param {string | undefined} text */
function count(name, text) {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new Error(`--${name} must be a whole number from 1`);
}
