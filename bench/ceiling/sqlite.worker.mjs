import Database from "better-sqlite3";
import { parentPort, workerData } from "node:worker_threads";
import { fernetSealer } from "./fernet.mjs";
import { detailChooser } from "./report-row.mjs";

const db = new Database(workerData.path);
db.pragma("journal_mode = WAL");
db.pragma("synchronous = FULL");
const seal = fernetSealer(workerData.key);
const keepWhole = detailChooser(workerData.detailMs);

const find = db.prepare("SELECT id FROM machines WHERE machine_id = ?");
const create = db.prepare(
  "INSERT INTO machines (machine_id, encrypted, first_seen, last_seen, info_at, metrics_at) VALUES (?, 1, ?, 0, 0, 0)",
);
const createDocuments = db.prepare("INSERT INTO machine_documents (machine) VALUES (?)");
const update = db.prepare(
  `UPDATE machines SET last_seen = ?, info_at = ?, metrics_at = ?, cpu_percent = ?, memory_percent = ?, disk_percent = ?
   WHERE id = ?`,
);
const updateDocuments = db.prepare("UPDATE machine_documents SET info = ?, metrics = ? WHERE machine = ?");
const addSample = db.prepare(
  `INSERT INTO history_samples (slot, machine, ts, cpu_percent, memory_percent, disk_percent, load_1, bytes_sent,
     bytes_received, processes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
);
const addDetail = db.prepare(
  "INSERT INTO history_details (slot, machine, ts, metrics) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
);

/** @type {Map<string, number>} */
const ids = new Map();

/** @param {string} name @param {number} now */
function idOf(name, now) {
  let id = ids.get(name) ?? /** @type {{ id: number } | undefined} */ (find.get(name))?.id;
  if (id === undefined) {
    id = Number(create.run(name, now).lastInsertRowid);
    createDocuments.run(id);
  }
  ids.set(name, id);
  return id;
}

const commit = db.transaction((/** @type {import("./report-row.mjs").ReportRow[]} */ rows) => {
  for (const row of rows) {
    const { at, arrivedAt, figures } = row;
    const machine = idOf(row.id, arrivedAt);
    const slot = Math.floor(at / 300_000);
    const [info, metrics] = [seal(row.info), seal(row.metrics)];
    addSample.run(slot, machine, at, ...figures);
    update.run(arrivedAt, at, at, figures[0], figures[1], figures[2], machine);
    updateDocuments.run(info, metrics, machine);
    if (keepWhole(row)) addDetail.run(slot, machine, at, metrics);
  }
});

parentPort?.on("message", (rows) => {
  commit.immediate(rows);
  parentPort?.postMessage(null);
});
