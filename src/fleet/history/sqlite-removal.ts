import type Database from "better-sqlite3";
import type { Progress } from "./sqlite-progress.js";

/** So few that a step holds the write lock for some milliseconds only. */
const RANGES_PER_STEP = 300;

const tables = [
  { table: "history_samples", range: "slot" },
  { table: "history_details", range: "slot" },
  { table: "history_rollups", range: "span", resolution: 5 },
  { table: "history_rollups", range: "span", resolution: 60 },
] as const;

/** Where a removal goes on: a table, and the key range in it. */
export interface RemovalCursor {
  readonly table: number;
  readonly range: number;
}

/** Removes one machine's history on SQLite, whose tables lie by time. */
export class SqliteRemoval {
  private readonly bounds: readonly Database.Statement<unknown[], { oldest: number | null; newest: number | null }>[];
  private readonly removeRange: readonly Database.Statement[];

  constructor(
    db: Database.Database,
    private readonly progress: Progress,
  ) {
    const condition = (each: (typeof tables)[number]) =>
      "resolution" in each ? `resolution = ${each.resolution}` : "TRUE";
    this.bounds = tables.map((each) =>
      db.prepare(
        `SELECT (SELECT min(${each.range}) FROM ${each.table} WHERE ${condition(each)}) AS oldest,
                (SELECT max(${each.range}) FROM ${each.table} WHERE ${condition(each)}) AS newest`,
      ),
    );
    this.removeRange = tables.map((each) =>
      db.prepare(`DELETE FROM ${each.table} WHERE ${condition(each)} AND ${each.range} = ? AND machine = ?`),
    );
  }

  /** One step, inside a transaction; where to go on, or null after the last. */
  step(machine: number, { table, range }: RemovalCursor): RemovalCursor | null {
    const { oldest, newest } = this.bounds[table]?.get() ?? { oldest: null, newest: null };
    const first = Math.max(range, oldest ?? 0);
    const end = newest === null ? first : Math.min(first + RANGES_PER_STEP, newest + 1);
    for (let at = first; at < end; at++) this.removeRange[table]?.run(at, machine);
    if (newest !== null && end <= newest) return { table, range: end };
    return table + 1 < tables.length ? { table: table + 1, range: 0 } : null;
  }

  /** What came while the steps went on, with the machine itself. Its number is never given to another one. */
  finish(machine: number): void {
    for (const [table, bounds] of this.bounds.entries()) {
      const newest = bounds.get()?.newest ?? null;
      if (newest !== null) for (const at of [newest - 1, newest]) this.removeRange[table]?.run(at, machine);
    }
    this.progress.set("last machine", Math.max(this.progress.get("last machine") ?? 0, machine));
  }
}
