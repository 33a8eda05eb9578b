import { SLOT_MS } from "./slots.js";
import type { Queryable } from "./postgres-days.js";

const ROWS_AT_ONCE = 5_000;
/** As the commit of a report notes them: by the server's clock at this moment. */
const LATE_AFTER_MS = 30_000;
const figures = "cpu_percent, memory_percent, disk_percent, load_1, bytes_sent, bytes_received, processes";

/** What is too small for `real` is as good as nothing. */
const real = (name: string) => `(CASE WHEN abs(${name}) < 1e-37 THEN 0 ELSE ${name} END)::real`;

const taken = (table: string, columns: string) => `
  DELETE FROM ${table} t USING (SELECT machine, ts FROM ${table} ORDER BY machine, ts LIMIT ${ROWS_AT_ONCE}) AS oldest
  WHERE t.machine = oldest.machine AND t.ts = oldest.ts RETURNING t.machine, t.ts, ${columns}`;

const DAYS = (
  table: string,
) => `SELECT fleet_make_history_day(day) FROM (SELECT DISTINCT (ts / 86400000)::integer AS day
  FROM (SELECT ts FROM ${table} ORDER BY machine, ts LIMIT ${ROWS_AT_ONCE}) AS oldest) AS days`;

const MOVE_SAMPLES = `
  WITH taken AS (${taken("samples", figures)}), added AS (
    INSERT INTO history_samples (slot, machine, ts, ${figures})
    SELECT ts / ${SLOT_MS}, machine, ts, ${["cpu_percent", "memory_percent", "disk_percent", "load_1"].map(real).join(", ")},
      bytes_sent, bytes_received, processes FROM taken
    ON CONFLICT DO NOTHING RETURNING slot, machine
  ), noted AS (
    INSERT INTO history_late (slot, machine) SELECT DISTINCT slot, machine FROM added
    WHERE $1 AND (slot + 1)::bigint * ${SLOT_MS} + ${LATE_AFTER_MS} < extract(epoch FROM clock_timestamp()) * 1000
  ) SELECT count(*)::int AS moved FROM taken`;

const MOVE_DETAILS = `
  WITH taken AS (${taken("sample_details", "t.metrics")}), added AS (
    INSERT INTO history_details (slot, machine, ts, metrics) SELECT ts / ${SLOT_MS}, machine, ts, metrics FROM taken
    ON CONFLICT DO NOTHING
  ) SELECT count(*)::int AS moved FROM taken`;

/**
 * Moves a piece of what nodes of the version before wrote into today's tables; false where there is nothing. Slots are
 * noted as late where `rolling` has begun: before that, all of them have their turn still to come.
 */
export async function moveEarlierHistory(database: Queryable, { rolling }: { rolling: boolean }): Promise<boolean> {
  await database.query(DAYS("samples"));
  const samples = await database.query<{ moved: number }>(MOVE_SAMPLES, [rolling]);
  if ((samples.rows[0]?.moved ?? 0) > 0) return true;
  await database.query(DAYS("sample_details"));
  const details = await database.query<{ moved: number }>(MOVE_DETAILS);
  return (details.rows[0]?.moved ?? 0) > 0;
}
