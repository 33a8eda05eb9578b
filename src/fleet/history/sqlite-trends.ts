import type Database from "better-sqlite3";
import { slotOf, slotsBetween } from "./slots.js";
import { type StoredTrend, type TrendQuery, type TrendRow, trendsOf } from "./trend.js";

/** The recent past of many machines at once, on SQLite. */
export class SqliteTrends {
  private readonly means: Database.Statement<unknown[], TrendRow>;

  constructor(db: Database.Database) {
    // Slots before machines, as the samples lie.
    this.means = db.prepare(
      `SELECT m.machine_id, CAST((s.ts - :from) / :stepMs AS INTEGER) AS step,
         avg(s.cpu_percent) AS cpu, avg(s.memory_percent) AS memory
       FROM json_each(:slots) AS slots CROSS JOIN json_each(:machineIds) AS ids
       CROSS JOIN machines m ON m.machine_id = ids.value
       CROSS JOIN history_samples s ON s.slot = slots.value AND s.machine = m.id AND s.ts >= :from AND s.ts < :end
       GROUP BY m.id, step`,
    );
  }

  read(machineIds: readonly string[], query: TrendQuery): StoredTrend[] {
    const { from, stepMs, steps } = query;
    const end = from + stepMs * steps;
    const slots = JSON.stringify(slotsBetween(slotOf(from), slotOf(end - 1)));
    return trendsOf(this.means.all({ from, stepMs, end, slots, machineIds: JSON.stringify(machineIds) }), query);
  }
}
