import type Database from "better-sqlite3";
import { type StatusLimits, lastSeenRange } from "../../machines/machine-status.js";
import { type FleetFigures, HIGH_PERCENT } from "../fleet-store.js";
import { MAX_HIGH_FIGURES, type MachineFigures, highFigures } from "../high-figures.js";

interface SummaryRow {
  online: number;
  warning: number;
  offline: number;
  cpu: number | null;
  memory: number | null;
  disk: number | null;
}

/** To the letter as the index machines_by_high_figure has it. */
const WORST_FIGURE = "max(coalesce(cpu_percent, 0), coalesce(memory_percent, 0), coalesce(disk_percent, 0))";

/** Counts and means of the whole fleet, aggregated by SQLite without reading a document. */
export class SqliteSummary {
  private readonly totals: Database.Statement<unknown[], SummaryRow>;
  private readonly highest: Database.Statement<unknown[], MachineFigures>;

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
    this.highest = db.prepare(
      `SELECT machine_id AS machineId, cpu_percent AS cpu, memory_percent AS memory, disk_percent AS disk FROM machines
       WHERE ${WORST_FIGURE} > ${HIGH_PERCENT} AND last_seen >= ?
       ORDER BY ${WORST_FIGURE} DESC LIMIT ${MAX_HIGH_FIGURES}`,
    );
  }

  read(now: number, limits: StatusLimits): FleetFigures {
    const online = lastSeenRange("online", now, limits).from;
    const warning = lastSeenRange("warning", now, limits).from;
    const row = this.totals.get({ online, warning });
    return {
      counts: { online: row?.online ?? 0, warning: row?.warning ?? 0, offline: row?.offline ?? 0 },
      meanCpu: row?.cpu ?? null,
      meanMemory: row?.memory ?? null,
      meanDisk: row?.disk ?? null,
      high: highFigures(this.highest.all(warning)),
    };
  }
}
