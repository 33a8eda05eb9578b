import type pg from "pg";
import { ask } from "../store/postgres/ask.js";
import { storableText } from "../store/postgres/storable-text.js";
import { slotOf, slotsBetween } from "./slots.js";
import { type StoredTrend, type TrendQuery, type TrendRow, trendsOf } from "./trend.js";

/** The machines are looked up first: with their numbers known the samples are found by their key. */
const MEANS = `
  SELECT m.machine_id, s.step, s.cpu, s.memory FROM machines m CROSS JOIN LATERAL (
    SELECT ((ts - $3) / $5)::integer AS step, avg(cpu_percent)::float8 AS cpu, avg(memory_percent)::float8 AS memory
    FROM history_samples WHERE machine = m.id AND slot = ANY ($2::integer[]) AND ts >= $3 AND ts < $4 GROUP BY 1
  ) AS s WHERE m.machine_id = ANY ($1)`;

/** The recent past of many machines at once, on PostgreSQL. */
export async function readTrends(
  pool: pg.Pool,
  machineIds: readonly string[],
  query: TrendQuery,
): Promise<StoredTrend[]> {
  const { from, stepMs, steps } = query;
  const end = from + stepMs * steps;
  const values = [machineIds.map(storableText), slotsBetween(slotOf(from), slotOf(end - 1)), from, end, stepMs];
  return trendsOf((await ask<TrendRow>(pool, MEANS, values)).rows, query);
}
