import type Database from "better-sqlite3";
import { type StatusLimits, lastSeenRange } from "../../machines/machine-status.js";
import { type Spread, SpreadCount } from "../spread.js";

type Figures = [cpu: number | null, memory: number | null, disk: number | null];

/** Counted here: SQLite would sort the whole fleet to group it. */
export class SqliteSpread {
  private readonly figures: Database.Statement<unknown[], Figures>;

  constructor(db: Database.Database) {
    this.figures = db
      .prepare<unknown[], Figures>(
        "SELECT cpu_percent, memory_percent, disk_percent FROM machines WHERE last_seen >= ?",
      )
      .raw();
  }

  read(now: number, limits: StatusLimits): Spread {
    const count = new SpreadCount();
    for (const [cpu, memory, disk] of this.figures.iterate(lastSeenRange("warning", now, limits).from)) {
      count.add("cpu", cpu);
      count.add("memory", memory);
      count.add("disk", disk);
    }
    return count.spread;
  }
}
