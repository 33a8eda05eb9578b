import type pg from "pg";
import { type StatusLimits, lastSeenRange } from "../../machines/machine-status.js";
import type { FleetFigures, HighFigure } from "../fleet-store.js";
import { ask } from "./ask.js";

interface SummaryRow {
  readonly online: number;
  readonly warning: number;
  readonly offline: number;
  readonly cpu: number | null;
  readonly memory: number | null;
  readonly disk: number | null;
}

/** More alerts than this help nobody; the worst come first. */
const MAX_HIGH_FIGURES = 500;

/** `$1` and `$2`: since when a machine must have been seen to be online, and to be at least in warning. */
const TOTALS = `SELECT count(*) FILTER (WHERE last_seen >= $1)::int AS online,
    count(*) FILTER (WHERE last_seen >= $2 AND last_seen < $1)::int AS warning,
    count(*) FILTER (WHERE last_seen < $2)::int AS offline,
    avg(cpu_percent) FILTER (WHERE last_seen >= $1) AS cpu,
    avg(memory_percent) FILTER (WHERE last_seen >= $1) AS memory,
    avg(disk_percent) FILTER (WHERE last_seen >= $1) AS disk
  FROM machines`;

/** One scan for the three figures. */
const HIGH = `SELECT m.machine_id AS "machineId", high.figure, high.percent FROM machines m
  CROSS JOIN LATERAL (VALUES ('cpu', m.cpu_percent), ('memory', m.memory_percent), ('disk', m.disk_percent))
    AS high (figure, percent)
  WHERE m.last_seen >= $1 AND greatest(m.cpu_percent, m.memory_percent, m.disk_percent) > $2 AND high.percent > $2
  ORDER BY high.percent DESC, m.machine_id, high.figure LIMIT ${MAX_HIGH_FIGURES}`;

/** Counts and means of the whole fleet, aggregated by PostgreSQL without reading a document. */
export async function readSummary(
  pool: pg.Pool,
  now: number,
  limits: StatusLimits,
  overPercent: number,
): Promise<FleetFigures> {
  const online = Math.ceil(lastSeenRange("online", now, limits).from);
  const warning = Math.ceil(lastSeenRange("warning", now, limits).from);
  const [totals, high] = await Promise.all([
    ask<SummaryRow>(pool, TOTALS, [online, warning]),
    ask<HighFigure>(pool, HIGH, [warning, overPercent]),
  ]);
  const row = totals.rows[0];
  return {
    counts: { online: row?.online ?? 0, warning: row?.warning ?? 0, offline: row?.offline ?? 0 },
    meanCpu: row?.cpu ?? null,
    meanMemory: row?.memory ?? null,
    meanDisk: row?.disk ?? null,
    high: high.rows,
  };
}
