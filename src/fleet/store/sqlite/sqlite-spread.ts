import type Database from "better-sqlite3";
import { type StatusLimits, lastSeenRange } from "../../machines/machine-status.js";
import { SPREAD_BINS, type Spread, SpreadCount } from "../spread.js";

const WIDTH = 100 / SPREAD_BINS;
/** In place of the bin where a machine does not tell the figure. */
const NONE = SPREAD_BINS;
const BASE = SPREAD_BINS + 1;

const binOf = (column: string) =>
  `coalesce(CAST(min(${column} * ${SPREAD_BINS} / 100, ${SPREAD_BINS - 1}) AS INTEGER), ${NONE})`;

/**
 * Counted here: SQLite would sort the whole fleet to group it. A machine's bins come as the digits of one number: handing
 * over a row of three figures takes three times as long as the scan.
 */
export class SqliteSpread {
  private readonly bins: Database.Statement<unknown[], number>;

  constructor(db: Database.Database) {
    const digits = `(${binOf("cpu_percent")} * ${BASE} + ${binOf("memory_percent")}) * ${BASE} + ${binOf("disk_percent")}`;
    this.bins = db.prepare<unknown[], number>(`SELECT ${digits} FROM machines WHERE last_seen >= ?`).pluck();
  }

  read(now: number, limits: StatusLimits): Spread {
    const machines = new Uint32Array(BASE ** 3);
    for (const digits of this.bins.all(lastSeenRange("warning", now, limits).from)) {
      machines[digits] = (machines[digits] ?? 0) + 1;
    }
    const count = new SpreadCount();
    machines.forEach((some, digits) => {
      if (some === 0) return;
      count.add("cpu", lowerEnd(Math.floor(digits / BASE ** 2)), some);
      count.add("memory", lowerEnd(Math.floor(digits / BASE) % BASE), some);
      count.add("disk", lowerEnd(digits % BASE), some);
    });
    return count.spread;
  }
}

/** Stands for all figures of the bin. */
function lowerEnd(bin: number): number | null {
  return bin === NONE ? null : bin * WIDTH;
}
