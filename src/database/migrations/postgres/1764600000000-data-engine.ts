import type { MigrationInterface, QueryRunner } from "typeorm";
import { CREATE_COMMIT_REPORTS_2 } from "./fleet-commit-reports-2.js";

/**
 * History in partitions by day, rolled up, and what machines are searched and told apart by. Nodes of the version before
 * go on with `samples`, `sample_details` and their own procedure; what they write there is moved over by upkeep.
 */
export class DataEngine1764600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("DROP PROCEDURE fleet_commit_reports_2");
    await runner.query("DROP FUNCTION fleet_make_history_day");
    await runner.query("DROP TABLE history_samples, history_details, history_rollups, history_late, history_progress");
    await runner.query("DROP INDEX machines_by_conflict");
    const columns = ["search_text", "search_hashes", "identity", "former_identity", "conflict_at", "detail_at"];
    await runner.query(`ALTER TABLE machines ${columns.map((name) => `DROP COLUMN ${name}`).join(", ")}`);
  }
}

const figures = ["cpu", "memory", "disk", "load", "sent", "received"];

const statements = [
  // A slot is five minutes. Rows of the same slot lie together whatever is stored, so that new ones touch few pages and a
  // roll-up reads one range. No key to machines: it would cost a look-up for each sample.
  `CREATE TABLE history_samples (
    ts bigint NOT NULL,
    bytes_sent double precision,
    bytes_received double precision,
    processes double precision,
    slot integer NOT NULL,
    machine integer NOT NULL,
    cpu_percent real,
    memory_percent real,
    disk_percent real,
    load_1 real,
    PRIMARY KEY (slot, machine, ts)
  ) PARTITION BY RANGE (ts)`,

  `CREATE TABLE history_details (
    ts bigint NOT NULL,
    slot integer NOT NULL,
    machine integer NOT NULL,
    metrics text NOT NULL,
    PRIMARY KEY (slot, machine, ts)
  ) PARTITION BY RANGE (ts)`,

  // Rows are written slot by slot and read machine by machine: with all of a row in the index, a chart reads neighbours
  // there and not one page of the table for each point.
  `CREATE TABLE history_rollups (
    ts bigint NOT NULL,
    machine integer NOT NULL,
    count integer NOT NULL,
    ${figures.map((name) => `${name}_mean real, ${name}_max real`).join(", ")},
    resolution smallint NOT NULL,
    PRIMARY KEY (machine, resolution, ts) INCLUDE (count, ${figures.map((name) => `${name}_mean, ${name}_max`).join(", ")})
  )`,

  // Samples that came when their slot was over already: these slots are rolled up again.
  `CREATE TABLE history_late (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    slot integer NOT NULL,
    machine integer NOT NULL
  )`,

  `CREATE TABLE history_progress (name text PRIMARY KEY, value bigint NOT NULL)`,

  // See the fleet's first tables for the reason. What is read from the index alone needs vacuum's marks early.
  `DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)) THEN
      ALTER TABLE history_details ALTER metrics SET COMPRESSION lz4;
    END IF;
    IF EXISTS (SELECT FROM pg_settings WHERE name = 'autovacuum_vacuum_insert_scale_factor') THEN
      ALTER TABLE history_rollups SET (autovacuum_vacuum_insert_scale_factor = 0.02);
    END IF;
  END $$`,

  // Makes the partitions of a day (days since 1970, UTC) and tells whether they were missing. A table is made by itself
  // and attached then: unlike making it in its place, that keeps nobody from writing.
  `CREATE FUNCTION fleet_make_history_day(day integer) RETURNS boolean LANGUAGE plpgsql AS $function$
  DECLARE
    suffix CONSTANT text := to_char(date '1970-01-01' + day, 'YYYYMMDD');
    made boolean := false;
    parent text;
    child text;
  BEGIN
    FOREACH parent IN ARRAY ARRAY['history_samples', 'history_details'] LOOP
      child := parent || '_' || suffix;
      CONTINUE WHEN to_regclass(child) IS NOT NULL;
      -- One at a time. A lock of a table, unlike an advisory one, also lets us see what the one before us has made.
      EXECUTE format('LOCK TABLE ONLY %I IN SHARE UPDATE EXCLUSIVE MODE', parent);
      CONTINUE WHEN to_regclass(child) IS NOT NULL;
      EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', child, parent);
      EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)',
        parent, child, day * 86400000::bigint, (day + 1) * 86400000::bigint);
      made := true;
    END LOOP;
    RETURN made;
  END
  $function$`,

  `SELECT fleet_make_history_day(floor(extract(epoch FROM now()) / 86400)::integer + ahead)
   FROM generate_series(-8, 2) AS ahead`,

  CREATE_COMMIT_REPORTS_2,

  // Last, because until the end it keeps everybody from reading and writing.
  `ALTER TABLE machines ADD COLUMN search_text text COLLATE "C", ADD COLUMN search_hashes text,
    ADD COLUMN identity text, ADD COLUMN former_identity text, ADD COLUMN conflict_at bigint,
    ADD COLUMN detail_at bigint NOT NULL DEFAULT 0`,
  `CREATE INDEX machines_by_conflict ON machines (conflict_at) WHERE conflict_at IS NOT NULL`,
];
