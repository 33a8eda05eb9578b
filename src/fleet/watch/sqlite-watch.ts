import type Database from "better-sqlite3";
import { HIGH_PERCENT } from "../store/fleet-store.js";
import type { FigureLimits, WatchedMachine } from "./machine-watch.js";

const columns =
  "machine_id AS machineId, last_seen AS lastSeen, cpu_percent AS cpu, memory_percent AS memory, disk_percent AS disk";
/** To the letter as the index machines_by_high_figure has it. */
const WORST_FIGURE = "max(coalesce(cpu_percent, 0), coalesce(memory_percent, 0), coalesce(disk_percent, 0))";

const above = (where: string) =>
  `SELECT ${columns} FROM machines
   WHERE ${where} last_seen >= :seenSince AND (cpu_percent > :cpu OR memory_percent > :memory OR disk_percent > :disk)
   ORDER BY ${WORST_FIGURE} DESC LIMIT :limit`;

/** MachineWatch on one SQLite connection. */
export class SqliteWatch {
  private readonly aboveAny: Database.Statement<unknown[], WatchedMachine>;
  private readonly aboveHigh: Database.Statement<unknown[], WatchedMachine>;
  private readonly lost: Database.Statement<unknown[], WatchedMachine>;
  private readonly lostCount: Database.Statement<unknown[], { n: number }>;
  private readonly byIds: Database.Statement<unknown[], WatchedMachine>;

  constructor(db: Database.Database) {
    this.aboveAny = db.prepare(above(""));
    this.aboveHigh = db.prepare(above(`${WORST_FIGURE} > ${HIGH_PERCENT} AND`));
    this.lost = db.prepare(
      `SELECT ${columns} FROM machines WHERE last_seen BETWEEN ? AND ? ORDER BY last_seen, machine_id LIMIT ?`,
    );
    this.lostCount = db.prepare("SELECT count(*) AS n FROM machines WHERE last_seen BETWEEN ? AND ?");
    this.byIds = db.prepare(`SELECT ${columns} FROM machines WHERE machine_id IN (SELECT value FROM json_each(?))`);
  }

  above(limits: FigureLimits, seenSince: number, limit: number): WatchedMachine[] {
    const { cpu, memory, disk } = limits;
    // What the index holds is enough.
    const statement = Math.min(cpu, memory, disk) >= HIGH_PERCENT ? this.aboveHigh : this.aboveAny;
    return statement.all({ cpu, memory, disk, seenSince, limit });
  }

  lostBetween(from: number, to: number, limit: number): WatchedMachine[] {
    return this.lost.all(from, to, limit);
  }

  countLost(from: number, to: number): number {
    return this.lostCount.get(from, to)?.n ?? 0;
  }

  of(machineIds: readonly string[]): WatchedMachine[] {
    return this.byIds.all(JSON.stringify(machineIds));
  }
}
