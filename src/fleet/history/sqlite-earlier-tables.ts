import type Database from "better-sqlite3";
import { SLOT_MS } from "./slots.js";

const ROWS_PER_STEP = 500;

/** Moves the rows of `samples` and `sample_details`, which nodes of the earlier version write, to today's tables. */
export class SqliteEarlierTables {
  private readonly steps: readonly (() => boolean)[];

  constructor(db: Database.Database) {
    const figures = "cpu_percent, memory_percent, disk_percent, load_1, bytes_sent, bytes_received, processes";
    this.steps = [
      movingStep(db, "samples", "history_samples", figures),
      movingStep(db, "sample_details", "history_details", "metrics"),
    ];
  }

  /** Some rows of one machine. False when both tables are empty. */
  move(): boolean {
    return this.steps.some((step) => step());
  }
}

function movingStep(db: Database.Database, from: string, to: string, columns: string): () => boolean {
  const first = db.prepare<unknown[], { machine: number }>(`SELECT machine FROM ${from} LIMIT 1`);
  const some = `SELECT * FROM ${from} WHERE machine = :machine ORDER BY ts LIMIT ${ROWS_PER_STEP}`;
  const last = db.prepare<unknown[], { ts: number }>(`SELECT max(ts) AS ts FROM (${some})`);
  const rows = `FROM ${from} WHERE machine = :machine AND ts <= :last`;
  const late = db.prepare(`INSERT INTO history_late (slot, machine) SELECT DISTINCT ts / ${SLOT_MS}, machine ${rows}`);
  const copy = db.prepare(
    `INSERT INTO ${to} (slot, machine, ts, ${columns}) SELECT ts / ${SLOT_MS}, machine, ts, ${columns} ${rows}
     ON CONFLICT DO NOTHING`,
  );
  const remove = db.prepare(`DELETE ${rows}`);
  return () => {
    const machine = first.get()?.machine;
    if (machine === undefined) return false;
    const range = { machine, last: last.get({ machine })?.ts };
    if (to === "history_samples") late.run(range);
    copy.run(range);
    remove.run(range);
    return true;
  };
}
