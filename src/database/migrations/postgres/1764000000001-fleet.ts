import type { MigrationInterface, QueryRunner } from "typeorm";
import { CREATE_COMMIT_REPORTS } from "./fleet-commit-reports.js";

/**
 * The fleet's hot tables. Times are milliseconds since 1970 UTC. A document is JSON, or a Fernet token of it where a
 * database key is set; text, not jsonb, which refuses what agents may send (`\u0000`, half a surrogate pair).
 */
export class Fleet1764000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("DROP PROCEDURE fleet_commit_reports");
    await runner.query("DROP TABLE sample_details, samples, machine_documents, machines");
  }
}

const statements = [
  // What lists, sorts and summaries read; the documents lie apart so that these never page through them. Every report
  // updates its row: the room left in each page, and no index on what changes, keep the new version beside the old one
  // (HOT). Ids compare by their bytes, as on SQLite and whatever the operating system's locales become.
  `CREATE TABLE machines (
    id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    machine_id text COLLATE "C" NOT NULL UNIQUE,
    serial_hash text,
    hostname text COLLATE "C",
    hostname_hash text,
    encrypted boolean NOT NULL,
    first_seen bigint NOT NULL,
    last_seen bigint NOT NULL,
    info_at bigint NOT NULL,
    info_hash text,
    metrics_at bigint NOT NULL,
    cpu_percent double precision,
    memory_percent double precision,
    disk_percent double precision
  ) WITH (fillfactor = 70)`,
  `CREATE INDEX machines_by_serial ON machines (serial_hash) WHERE serial_hash IS NOT NULL`,
  `CREATE INDEX machines_by_hostname ON machines (hostname_hash) WHERE hostname_hash IS NOT NULL`,

  `CREATE TABLE machine_documents (
    machine integer PRIMARY KEY REFERENCES machines (id) ON DELETE CASCADE,
    info text,
    metrics text,
    recent_hashes text[] NOT NULL DEFAULT '{}',
    recent_arrivals bigint[] NOT NULL DEFAULT '{}'
  ) WITH (fillfactor = 70)`,

  `CREATE TABLE samples (
    machine integer NOT NULL REFERENCES machines (id) ON DELETE CASCADE,
    ts bigint NOT NULL,
    cpu_percent double precision,
    memory_percent double precision,
    disk_percent double precision,
    load_1 double precision,
    bytes_sent double precision,
    bytes_received double precision,
    processes double precision,
    PRIMARY KEY (machine, ts)
  )`,

  `CREATE TABLE sample_details (
    machine integer NOT NULL REFERENCES machines (id) ON DELETE CASCADE,
    ts bigint NOT NULL,
    metrics text NOT NULL,
    PRIMARY KEY (machine, ts)
  )`,

  // Where PostgreSQL has it (14 and later): the older method works long on sealed documents before it gives up.
  `DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)) THEN
      ALTER TABLE machine_documents ALTER info SET COMPRESSION lz4, ALTER metrics SET COMPRESSION lz4;
      ALTER TABLE sample_details ALTER metrics SET COMPRESSION lz4;
    END IF;
  END $$`,

  CREATE_COMMIT_REPORTS,
];
