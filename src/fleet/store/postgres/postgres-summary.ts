import type pg from "pg";
import { type MachineStatus, type StatusLimits, lastSeenRange } from "../../machines/machine-status.js";
import { type FleetFigures, HIGH_PERCENT } from "../fleet-store.js";
import { MAX_HIGH_FIGURES, type MachineFigures, highFigures } from "../high-figures.js";
import { ask } from "./ask.js";

/** The machines of one status, by its place in `statuses`; null for the mean of a figure that none of them has. */
interface StatusRow {
  readonly status: number;
  readonly machines: number;
  readonly cpu: number | null;
  readonly memory: number | null;
  readonly disk: number | null;
}

/** A sum and a count: PostgreSQL's avg also keeps what only a variance needs, which doubles its time. */
const mean = (figure: string) => `sum(${figure}_percent) / nullif(count(${figure}_percent), 0) AS ${figure}`;

const statuses = ["offline", "warning", "online"] satisfies MachineStatus[];

/**
 * In groups, because a condition on each sum takes twice the time, and so do words in place of numbers. `$1` and `$2`: since when a machine must have been seen
 * to be online, and to be at least in warning.
 */
const BY_STATUS = `
  SELECT CASE WHEN last_seen >= $1 THEN 2 WHEN last_seen >= $2 THEN 1 ELSE 0 END AS status,
    count(*)::int AS machines, ${["cpu", "memory", "disk"].map(mean).join(", ")}
  FROM machines GROUP BY 1`;

const WORST_FIGURE = "greatest(cpu_percent, memory_percent, disk_percent)";
const HIGHEST = `
  SELECT machine_id AS "machineId", cpu_percent AS cpu, memory_percent AS memory, disk_percent AS disk FROM machines
  WHERE ${WORST_FIGURE} > ${HIGH_PERCENT} AND last_seen >= $1 ORDER BY ${WORST_FIGURE} DESC LIMIT ${MAX_HIGH_FIGURES}`;

/** Counts and means of the whole fleet, aggregated by PostgreSQL without reading a document. */
export async function readSummary(pool: pg.Pool, now: number, limits: StatusLimits): Promise<FleetFigures> {
  const online = Math.ceil(lastSeenRange("online", now, limits).from);
  const warning = Math.ceil(lastSeenRange("warning", now, limits).from);
  const [{ rows }, highest] = await Promise.all([
    ask<StatusRow>(pool, BY_STATUS, [online, warning]),
    ask<MachineFigures>(pool, HIGHEST, [warning]),
  ]);
  const of = (status: MachineStatus) => rows.find((row) => statuses[row.status] === status);
  return {
    counts: {
      online: of("online")?.machines ?? 0,
      warning: of("warning")?.machines ?? 0,
      offline: of("offline")?.machines ?? 0,
    },
    meanCpu: of("online")?.cpu ?? null,
    meanMemory: of("online")?.memory ?? null,
    meanDisk: of("online")?.disk ?? null,
    high: highFigures(highest.rows),
  };
}
