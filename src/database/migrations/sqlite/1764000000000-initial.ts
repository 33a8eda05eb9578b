import type { MigrationInterface, QueryRunner } from "typeorm";

/** Times are milliseconds since 1970 UTC. A document is JSON, or a Fernet token of it where a database key is set. */
export class Initial1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    // The first schema has nothing to go back to.
  }
}

const statements = [
  `CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID`,

  `CREATE TABLE node_incarnations (node_id TEXT PRIMARY KEY, incarnation INTEGER NOT NULL) WITHOUT ROWID`,

  `CREATE TABLE users (
    username TEXT PRIMARY KEY,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) WITHOUT ROWID`,

  // What lists, sorts and summaries read; the documents lie apart so that these never page through them.
  `CREATE TABLE machines (
    id INTEGER PRIMARY KEY,
    machine_id TEXT NOT NULL UNIQUE,
    serial_hash TEXT,
    hostname TEXT,
    hostname_hash TEXT,
    encrypted INTEGER NOT NULL,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    info_at INTEGER NOT NULL,
    metrics_at INTEGER NOT NULL,
    cpu_percent REAL,
    memory_percent REAL,
    disk_percent REAL
  )`,
  `CREATE INDEX machines_by_serial ON machines (serial_hash) WHERE serial_hash IS NOT NULL`,
  `CREATE INDEX machines_by_hostname ON machines (hostname_hash) WHERE hostname_hash IS NOT NULL`,

  `CREATE TABLE machine_documents (
    machine INTEGER PRIMARY KEY REFERENCES machines (id) ON DELETE CASCADE,
    info TEXT,
    info_hash TEXT,
    metrics TEXT,
    recent_reports TEXT NOT NULL DEFAULT '[]'
  )`,

  `CREATE TABLE samples (
    machine INTEGER NOT NULL REFERENCES machines (id) ON DELETE CASCADE,
    ts INTEGER NOT NULL,
    cpu_percent REAL,
    memory_percent REAL,
    disk_percent REAL,
    load_1 REAL,
    bytes_sent REAL,
    bytes_received REAL,
    processes REAL,
    PRIMARY KEY (machine, ts)
  ) WITHOUT ROWID`,

  `CREATE TABLE sample_details (
    machine INTEGER NOT NULL REFERENCES machines (id) ON DELETE CASCADE,
    ts INTEGER NOT NULL,
    metrics TEXT NOT NULL,
    PRIMARY KEY (machine, ts)
  ) WITHOUT ROWID`,
];
