import { bucketMs } from "./history-query.js";
import { rolledColumns } from "./rolled-row.js";
import { LONGEST_GAP_MS, SLOTS_BEFORE, SLOT_MS } from "./slots.js";

const HOUR_MS = bucketMs["1h"];

const columns = rolledColumns.flatMap((name) => [`${name}_mean`, `${name}_max`]);

/** What is too small for PostgreSQL's `real` would be refused. */
const real = (value: string) => `(CASE WHEN ${value} < 1e-30 THEN 0 ELSE ${value} END)::real`;

/** A mean of means counts each as often as its bucket has samples. */
export const weightedMean = (name: string) =>
  `sum(r.${name}_mean::float8 * r.count) / nullif(sum(r.count) FILTER (WHERE r.${name}_mean IS NOT NULL), 0)`;

/**
 * What is there already is replaced unless fewer samples are left than it was made of, or it begins before `$1`: before
 * that not all samples are there any more.
 */
const upsert = (rows: string) => `
  INSERT INTO history_rollups AS stored (machine, resolution, ts, count, ${columns.join(", ")}) ${rows}
  ON CONFLICT (machine, resolution, ts) DO UPDATE SET count = excluded.count,
    ${columns.map((name) => `${name} = excluded.${name}`).join(", ")}
  WHERE excluded.count >= stored.count AND excluded.ts >= $1::bigint`;

const rate = (counter: string) => `CASE WHEN ${counter} >= ${counter}_before AND ts - ts_before <= ${LONGEST_GAP_MS}
  THEN (${counter} - ${counter}_before) * 1000 / (ts - ts_before) END`;
const before = (column: string) => `CASE WHEN s.${column}_before IS NULL AND s.ts_before IS NULL THEN p.${column}
  ELSE s.${column}_before END AS ${column}_before`;

/** Slots of some machines, all samples of each between `$2` and `$3`. Their first rate begins one or two slots before. */
const rollUp = (samples: string) => `
  WITH sample AS (
    SELECT s.*, lag(s.ts) OVER earlier AS ts_before, lag(s.bytes_sent) OVER earlier AS bytes_sent_before,
      lag(s.bytes_received) OVER earlier AS bytes_received_before
    FROM (${samples}) AS s WINDOW earlier AS (PARTITION BY s.slot, s.machine ORDER BY s.ts)
  ), pair AS (
    SELECT s.slot, s.machine, s.ts, s.cpu_percent, s.memory_percent, s.disk_percent, s.load_1, s.bytes_sent,
      s.bytes_received, ${["ts", "bytes_sent", "bytes_received"].map(before).join(", ")}
    FROM sample s LEFT JOIN LATERAL (
      SELECT q.ts, q.bytes_sent, q.bytes_received FROM generate_series(s.slot - ${SLOTS_BEFORE}, s.slot - 1) AS former (slot)
      CROSS JOIN LATERAL (
        SELECT h.ts, h.bytes_sent, h.bytes_received FROM history_samples h
        WHERE h.slot = former.slot AND h.machine = s.machine
          AND h.ts >= $2::bigint - ${LONGEST_GAP_MS} AND h.ts < $3::bigint
        ORDER BY h.ts DESC LIMIT 1
      ) AS q
      WHERE s.ts_before IS NULL ORDER BY q.ts DESC LIMIT 1
    ) AS p ON true
  ), rated AS (
    SELECT slot, machine, cpu_percent AS cpu, memory_percent AS memory, disk_percent AS disk, load_1 AS load,
      ${rate("bytes_sent")} AS sent, ${rate("bytes_received")} AS received
    FROM pair
  )
  ${upsert(`SELECT machine, 5, slot::bigint * ${SLOT_MS}, count(*),
    ${rolledColumns.map((name) => `${real(`avg(${name})`)}, ${real(`max(${name})`)}`).join(", ")}
    FROM rated GROUP BY slot, machine`)}`;

/** The slot `$4`, of the machines past `$5` up to `$6`. */
export const ROLL_UP_SLOT = rollUp(
  `SELECT h.* FROM history_samples h
   WHERE h.slot = $4 AND h.machine > $5 AND h.machine <= $6 AND h.ts >= $2::bigint AND h.ts < $3::bigint`,
);

/** Pairs of a slot (`$4`) and a machine (`$5`). */
export const ROLL_UP_PAIRS = rollUp(
  `SELECT h.* FROM unnest($4::integer[], $5::integer[]) AS wanted (slot, machine) CROSS JOIN LATERAL (
     SELECT * FROM history_samples h WHERE h.slot = wanted.slot AND h.machine = wanted.machine
       AND h.ts >= $2::bigint AND h.ts < $3::bigint OFFSET 0) AS h`,
);

/** Hours from their slots: pairs of an hour since 1970 (`$2`) and a machine (`$3`). */
export const ROLL_UP_HOURS = upsert(`
  SELECT r.machine, 60, wanted.hour * ${HOUR_MS}, sum(r.count),
    ${rolledColumns.map((name) => `${real(weightedMean(name))}, max(r.${name}_max)`).join(", ")}
  FROM unnest($2::bigint[], $3::integer[]) AS wanted (hour, machine) CROSS JOIN LATERAL (
    SELECT * FROM history_rollups r WHERE r.machine = wanted.machine AND r.resolution = 5
      AND r.ts >= wanted.hour * ${HOUR_MS} AND r.ts < (wanted.hour + 1) * ${HOUR_MS} OFFSET 0) AS r
  GROUP BY wanted.hour, r.machine`);
