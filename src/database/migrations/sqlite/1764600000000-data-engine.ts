import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * History in slots of five minutes, rolled-up history, what searches read, and what tells two machines under one id
 * apart. The earlier `samples` and `sample_details` stay, because nodes of the earlier version still write them; the
 * upkeep of history moves their rows.
 */
export class DataEngine1764600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ["progress", "late", "rollups", "details", "samples"]) {
      await runner.query(`DROP TABLE history_${table}`);
    }
    await runner.query("DROP INDEX machines_in_conflict");
    for (const column of machineColumns) await runner.query(`ALTER TABLE machines DROP COLUMN ${column}`);
  }
}

const machineColumns = ["search_text", "search_hashes", "identity", "former_identity", "conflict_at"];

const statements = [
  ...machineColumns.map(
    (column) => `ALTER TABLE machines ADD COLUMN ${column} ${column === "conflict_at" ? "INTEGER" : "TEXT"}`,
  ),
  // The machine id is searched in the same place.
  `UPDATE machines SET search_text = lower(machine_id) || char(10) || coalesce(lower(hostname), '')`,
  `CREATE INDEX machines_in_conflict ON machines (conflict_at) WHERE conflict_at IS NOT NULL`,

  // Rows of the same five minutes lie together: a commit touches few pages however much is stored, a roll-up reads and
  // retention removes one contiguous range.
  `CREATE TABLE history_samples (
    slot INTEGER NOT NULL,
    machine INTEGER NOT NULL,
    ts INTEGER NOT NULL,
    cpu_percent REAL,
    memory_percent REAL,
    disk_percent REAL,
    load_1 REAL,
    bytes_sent REAL,
    bytes_received REAL,
    processes REAL,
    PRIMARY KEY (slot, machine, ts)
  ) WITHOUT ROWID`,

  // With row ids, as rows this long do not fit into the pages of an index and each would take an overflow page more.
  `CREATE TABLE history_details (
    slot INTEGER NOT NULL,
    machine INTEGER NOT NULL,
    ts INTEGER NOT NULL,
    metrics TEXT NOT NULL,
    PRIMARY KEY (slot, machine, ts)
  )`,

  // A span holds some buckets of every machine (an hour of five-minute ones, a day of hours), for the same reasons.
  `CREATE TABLE history_rollups (
    resolution INTEGER NOT NULL,
    span INTEGER NOT NULL,
    machine INTEGER NOT NULL,
    ts INTEGER NOT NULL,
    count INTEGER NOT NULL,
    cpu_mean REAL, cpu_max REAL,
    memory_mean REAL, memory_max REAL,
    disk_mean REAL, disk_max REAL,
    load_mean REAL, load_max REAL,
    sent_mean REAL, sent_max REAL,
    received_mean REAL, received_max REAL,
    PRIMARY KEY (resolution, span, machine, ts)
  ) WITHOUT ROWID`,

  // Slots to roll up again. Ids only grow, so that what is noted during the work is never taken for done.
  `CREATE TABLE history_late (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    slot INTEGER NOT NULL,
    machine INTEGER NOT NULL
  )`,

  `CREATE TABLE history_progress (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID`,
];
