import type Database from "better-sqlite3";
import { type StatusLimits, lastSeenRange } from "../../machines/machine-status.js";
import type { FleetFigures, HighFigure } from "../fleet-store.js";

interface SummaryRow {
  online: number;
  warning: number;
  offline: number;
  cpu: number | null;
  memory: number | null;
  disk: number | null;
}

/** More alerts than this help nobody; the worst come first. */
const MAX_HIGH_FIGURES = 500;
const figures = ["cpu", "memory", "disk"] satisfies HighFigure["figure"][];

/** Counts and means of the whole fleet, aggregated by SQLite without reading a document. */
export class SqliteSummary {
  private readonly totals: Database.Statement<unknown[], SummaryRow>;
  private readonly high: Database.Statement<unknown[], HighFigure>;

  constructor(db: Database.Database) {
    this.totals = db.prepare(
      `SELECT count(*) FILTER (WHERE last_seen >= :online) AS online,
              count(*) FILTER (WHERE last_seen >= :warning AND last_seen < :online) AS warning,
              count(*) FILTER (WHERE last_seen < :warning) AS offline,
              avg(cpu_percent) FILTER (WHERE last_seen >= :online) AS cpu,
              avg(memory_percent) FILTER (WHERE last_seen >= :online) AS memory,
              avg(disk_percent) FILTER (WHERE last_seen >= :online) AS disk
       FROM machines`,
    );
    this.high = db.prepare(
      `WITH high AS MATERIALIZED (
         SELECT machine_id, cpu_percent, memory_percent, disk_percent FROM machines
         WHERE (cpu_percent > :over OR memory_percent > :over OR disk_percent > :over) AND last_seen >= :warning)
       ${figures.map((figure) => `SELECT machine_id AS machineId, '${figure}' AS figure, ${figure}_percent AS percent FROM high WHERE ${figure}_percent > :over`).join(" UNION ALL ")}
       ORDER BY percent DESC, machineId LIMIT ${MAX_HIGH_FIGURES}`,
    );
  }

  read(now: number, limits: StatusLimits, overPercent: number): FleetFigures {
    const online = lastSeenRange("online", now, limits).from;
    const warning = lastSeenRange("warning", now, limits).from;
    const row = this.totals.get({ online, warning });
    return {
      counts: { online: row?.online ?? 0, warning: row?.warning ?? 0, offline: row?.offline ?? 0 },
      meanCpu: row?.cpu ?? null,
      meanMemory: row?.memory ?? null,
      meanDisk: row?.disk ?? null,
      high: this.high.all({ warning, over: overPercent }),
    };
  }
}
