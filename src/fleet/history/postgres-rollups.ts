import type pg from "pg";
import { ask } from "../store/postgres/ask.js";
import { type RollupQuery, type StoredRollup, bucketMs } from "./history-query.js";
import { weightedMean } from "./postgres-roll-up.js";
import { type RolledRow, rolledColumns, rolledFigures } from "./rolled-row.js";

/** Nothing but nulls in the only row of a machine without rollups. */
interface RollupRow extends RolledRow {
  readonly at: number | null;
  readonly count: number | null;
}

/** `$2` is the resolution in minutes, `$5` the step in milliseconds. */
const joined = rolledColumns.map((name) => `${weightedMean(name)} AS ${name}_mean, max(r.${name}_max) AS ${name}_max`);
const BUCKETS = `SELECT b.* FROM machines m LEFT JOIN LATERAL (
    SELECT (r.ts / $5::bigint * $5::bigint)::float8 AS at, sum(r.count)::float8 AS count, ${joined.join(", ")}
    FROM history_rollups r WHERE r.machine = m.id AND r.resolution = $2::smallint AND r.ts BETWEEN $3 AND $4
    GROUP BY 1 ORDER BY 1
  ) AS b ON true WHERE m.machine_id = $1 ORDER BY b.at`;

/** The buckets of a machine, oldest first; null where there is no such machine. */
export async function readRollups(
  pool: pg.Pool,
  machineId: string,
  query: RollupQuery,
): Promise<StoredRollup[] | null> {
  const bucket = bucketMs[query.resolution];
  const minutes = bucket / 60_000;
  const step = Math.max(query.stepMs, bucket);
  const values = [machineId, minutes, Math.ceil(query.from), Math.floor(query.to), step];
  const { rows } = await ask<RollupRow>(pool, BUCKETS, values);
  return rows.length === 0 ? null : rows.flatMap((row) => (row.at === null ? [] : [rollupOf(row, row.at)]));
}

function rollupOf(row: RollupRow, at: number): StoredRollup {
  return { at, count: row.count ?? 0, mean: rolledFigures(row, "mean"), max: rolledFigures(row, "max") };
}
