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
  /** What is high, a place in each list for each figure; null where nothing is. */
  readonly machines: readonly string[] | null;
  readonly figures: readonly HighFigure["figure"][] | null;
  readonly percents: readonly number[] | null;
}

/** More alerts than this help nobody; the worst come first. */
const MAX_HIGH_FIGURES = 500;

/** A sum and a count: PostgreSQL's avg also keeps what only a variance needs, which doubles its time. */
const meanOnline = (column: string, name: string) =>
  `sum(${column}) FILTER (WHERE m.last_seen >= $1) / nullif(count(${column}) FILTER (WHERE m.last_seen >= $1), 0) AS ${name}`;

/**
 * All in one scan of the machines. `$1` and `$2`: since when a machine must have been seen to be online, and to be at least
 * in warning; `$3`: the percentage above which a figure is high.
 */
const SUMMARY = `
  WITH fleet AS (
    SELECT count(*) FILTER (WHERE m.last_seen >= $1)::int AS online,
      count(*) FILTER (WHERE m.last_seen >= $2 AND m.last_seen < $1)::int AS warning,
      count(*) FILTER (WHERE m.last_seen < $2)::int AS offline,
      ${["cpu", "memory", "disk"].map((figure) => meanOnline(`m.${figure}_percent`, figure)).join(", ")},
      array_agg(m.id) FILTER (WHERE m.last_seen >= $2
        AND greatest(m.cpu_percent, m.memory_percent, m.disk_percent) > $3) AS high
    FROM machines m
  ), high AS (
    SELECT m.machine_id, high.figure, high.percent FROM fleet f JOIN machines m ON m.id = ANY (f.high)
    CROSS JOIN LATERAL (VALUES ('cpu', m.cpu_percent), ('memory', m.memory_percent), ('disk', m.disk_percent))
      AS high (figure, percent)
    WHERE high.percent > $3 ORDER BY high.percent DESC, m.machine_id, high.figure LIMIT ${MAX_HIGH_FIGURES}
  )
  SELECT f.online, f.warning, f.offline, f.cpu, f.memory, f.disk, h.machines, h.figures, h.percents
  FROM fleet f CROSS JOIN (
    SELECT array_agg(machine_id) AS machines, array_agg(figure) AS figures, array_agg(percent) AS percents FROM high) AS h`;

/** Counts and means of the whole fleet, aggregated by PostgreSQL without reading a document. */
export async function readSummary(
  pool: pg.Pool,
  now: number,
  limits: StatusLimits,
  overPercent: number,
): Promise<FleetFigures> {
  const online = Math.ceil(lastSeenRange("online", now, limits).from);
  const warning = Math.ceil(lastSeenRange("warning", now, limits).from);
  const row = (await ask<SummaryRow>(pool, SUMMARY, [online, warning, overPercent])).rows[0];
  return {
    counts: { online: row?.online ?? 0, warning: row?.warning ?? 0, offline: row?.offline ?? 0 },
    meanCpu: row?.cpu ?? null,
    meanMemory: row?.memory ?? null,
    meanDisk: row?.disk ?? null,
    high: row ? highOf(row) : [],
  };
}

function highOf({ machines, figures, percents }: SummaryRow): HighFigure[] {
  return (machines ?? []).flatMap((machineId, place) => {
    const [figure, percent] = [figures?.[place], percents?.[place]];
    return figure === undefined || percent === undefined ? [] : [{ machineId, figure, percent }];
  });
}
