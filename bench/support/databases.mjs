import Database from "better-sqlite3";
import { execFileSync } from "node:child_process";
import { query } from "./postgres.mjs";

/**
 * A database that a node has made, whatever its kind.
 * @typedef {{ url?: string | undefined, path?: string | undefined }} Place
 */

/**
 * Runs statements that both databases understand.
 *
 * @param {Place} place
 * @param {readonly string[]} statements
 */
export async function execute({ url, path }, statements) {
  if (url !== undefined) {
    for (const statement of statements) await query(url, statement);
    return;
  }
  const db = new Database(path, { timeout: 60_000 });
  // It is filled for one run only.
  db.pragma("synchronous = OFF");
  try {
    db.exec(`BEGIN; ${statements.join(";\n")}; COMMIT`);
    db.pragma("wal_checkpoint(TRUNCATE)");
  } finally {
    db.close();
  }
}

/**
 * The first row's first column of a statement that both databases understand.
 *
 * @param {Place} place
 * @param {string} statement
 */
export async function read({ url, path }, statement) {
  if (url !== undefined) return Object.values((await query(url, statement))[0] ?? {})[0];
  const db = new Database(path, { timeout: 60_000, readonly: true });
  try {
    return Object.values(/** @type {object} */ (db.prepare(statement).get() ?? {}))[0];
  } finally {
    db.close();
  }
}

/** Numbers from 0, as a table `steps (n)` for a WITH clause. @param {number} count */
const steps = (count) => `RECURSIVE steps (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM steps WHERE n + 1 < ${count})`;

/**
 * Statements that give every machine there is `each` samples, the last one at `untilMs`; with details, one in six is whole.
 *
 * @param {{ each: number, stepMs: number, untilMs: number, details: boolean }} plan
 */
export function addSamples({ each, stepMs, untilMs, details }) {
  const first = Math.floor(untilMs / stepMs) * stepMs - each * stepMs;
  const ts = `(CAST(${first} AS bigint) + steps.n * ${stepMs} + m.id % 1000)`;
  // Not whole numbers, which SQLite would store in fewer bytes.
  const wave = "(503 + (m.id * 7 + steps.n * 13) % 400) / 10.0";
  const samples = `INSERT INTO history_samples (slot, machine, ts, cpu_percent, memory_percent, disk_percent, load_1,
      bytes_sent, bytes_received, processes)
    WITH ${steps(each)}
    SELECT ${ts} / 300000, m.id, ${ts}, ${wave}, ${wave}, 40.3, 1.53, 1000000 + steps.n * 5000, 2000000 + steps.n * 9000, 120
    FROM steps CROSS JOIN machines m ORDER BY 1, 2, 3`;
  const whole = `INSERT INTO history_details (slot, machine, ts, metrics)
    WITH ${steps(each)}
    SELECT ${ts} / 300000, m.id, ${ts}, d.metrics
    FROM steps CROSS JOIN machines m JOIN machine_documents d ON d.machine = m.id
    WHERE steps.n % 6 = 0 ORDER BY 1, 2, 3`;
  return details ? [samples, whole] : [samples];
}

/**
 * Statements that make `count` machines out of those there are, each with sealed documents of its own.
 *
 * @param {number} count
 * @param {number} nowMs
 * @param {Place} place
 */
export function addMachines(count, nowMs, { url }) {
  const encrypted = url === undefined ? "1" : "true";
  const name = "'copy-' || steps.n";
  return [
    `INSERT INTO machines (machine_id, hostname, search_text, serial_hash, hostname_hash, encrypted, first_seen, last_seen,
       info_at, metrics_at, cpu_percent, memory_percent, disk_percent)
     WITH ${steps(count)}
     SELECT ${name}, ${name} || '.site-' || (steps.n % 40) || '.example.com',
       ${name} || '\n' || ${name} || '.site-' || (steps.n % 40) || '.example.com' || '\n' || '10.1.' || (steps.n / 250) || '.' || (steps.n % 250),
       'serial-' || steps.n, 'hostname-' || steps.n, ${encrypted}, ${nowMs}, ${nowMs}, ${nowMs}, ${nowMs},
       (steps.n * 7 % 1000) / 10.0, (steps.n * 11 % 1000) / 10.0, (steps.n * 13 % 800) / 10.0
     FROM steps`,
    `INSERT INTO machine_documents (machine, info, metrics)
     SELECT m.id, d.info, d.metrics FROM machines m
     JOIN machine_documents d ON d.machine = 1 + m.id % 100
     WHERE m.machine_id LIKE 'copy-%'`,
  ];
}

const rolled = ["cpu", "memory", "disk", "load", "sent", "received"];

/**
 * Statements that give every machine there is its roll-ups of five minutes, as upkeep would have made them.
 *
 * @param {{ days: number, untilMs: number }} plan
 * @param {Place} place
 */
export function fillRollUps({ days, untilMs }, { url }) {
  const columns = rolled.map((name) => `${name}_mean, ${name}_max`).join(", ");
  const figures = rolled
    .map(() => "(203 + (m.id + steps.n) % 600) / 10.7, (303 + (m.id + steps.n) % 600) / 10.7")
    .join(", ");
  const resolutions = [
    { minutes: 5, spanMs: 3_600_000 },
    { minutes: 60, spanMs: 86_400_000 },
  ];
  return resolutions.map(({ minutes, spanMs }) => {
    const bucketMs = minutes * 60_000;
    const buckets = (days * 1440) / minutes;
    const at = `(CAST(${Math.floor(untilMs / bucketMs) - buckets} AS bigint) + steps.n) * ${bucketMs}`;
    // On SQLite a row also says which range of keys it lies in.
    const [column, value] = url === undefined ? ["span, ", `${at} / ${spanMs}, `] : ["", ""];
    return `INSERT INTO history_rollups (resolution, ${column}machine, ts, count, ${columns})
      WITH ${steps(buckets)}
      SELECT ${minutes}, ${value}m.id, ${at}, ${minutes * 6}, ${figures} FROM steps CROSS JOIN machines m`;
  });
}

/**
 * To be called before a time is taken: what was made for the measurement goes to the disk now. Else the system writes it half a
 * minute later, and a commit waits for that.
 */
export function writeOut() {
  execFileSync("sync");
}
