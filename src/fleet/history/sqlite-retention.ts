import type Database from "better-sqlite3";
import { bucketMs } from "./history-query.js";
import type { HistoryLimits } from "./history-store.js";
import type { Progress } from "./sqlite-progress.js";
import { spanMs } from "./sqlite-rollups.js";
import { resolutionMinutes, slotOf } from "./slots.js";

/** So few that a step holds the write lock for some milliseconds only. */
const ROWS_PER_STEP = 2_000;
const MACHINES_PER_STEP = 20;

const INTERVAL_MS = 3_600_000;

/** Removes history that is past its time on SQLite, in steps; the file's free pages are used again. */
export class SqliteRetention {
  private readonly oldest: Readonly<Record<"history_samples" | "history_details", Database.Statement>>;
  private readonly oldestRollups: Database.Statement;
  private readonly nextMachine: Database.Statement<unknown[], { id: number | null }>;
  private readonly slots: Database.Statement<unknown[], { oldest: number | null; newest: number | null }>;
  private readonly countOfSlot: Database.Statement<unknown[], { count: number }>;
  private readonly removeSlot: readonly Database.Statement[];

  constructor(
    db: Database.Database,
    private readonly progress: Progress,
  ) {
    const removeOldest = (table: string) =>
      db.prepare(
        `DELETE FROM ${table} WHERE (slot, machine, ts) IN (
           SELECT slot, machine, ts FROM ${table} WHERE slot < ? ORDER BY slot, machine, ts LIMIT ${ROWS_PER_STEP})`,
      );
    this.oldest = {
      history_samples: removeOldest("history_samples"),
      history_details: removeOldest("history_details"),
    };
    this.oldestRollups = db.prepare(
      `DELETE FROM history_rollups WHERE (resolution, span, machine, ts) IN (
         SELECT resolution, span, machine, ts FROM history_rollups WHERE resolution = ? AND span < ?
         ORDER BY span, machine, ts LIMIT ${ROWS_PER_STEP})`,
    );
    this.nextMachine = db.prepare("SELECT min(id) AS id FROM machines WHERE id > ?");
    this.slots = db.prepare(
      "SELECT (SELECT min(slot) FROM history_samples) AS oldest, (SELECT max(slot) FROM history_samples) AS newest",
    );
    this.countOfSlot = db.prepare("SELECT count(*) AS count FROM history_samples WHERE slot = ? AND machine = ?");
    this.removeSlot = ["history_samples", "history_details"].map((table) =>
      db.prepare(`DELETE FROM ${table} WHERE slot = ? AND machine = ?`),
    );
  }

  /** One step. False when it has come to its end, which lasts for an hour. */
  step(now: number, limits: HistoryLimits): boolean {
    const last = this.progress.get("retention at");
    if (last !== undefined && now - last < INTERVAL_MS && now >= last) return false;
    if (this.removeRaw(now, limits) || this.removeRollups(now, limits) || this.removeBeyondCount(limits)) return true;
    this.progress.set("retention at", now);
    return false;
  }

  /** Never what is not rolled up yet. */
  private removeRaw(now: number, { rawMs }: HistoryLimits): boolean {
    const before = Math.min(slotOf(now - rawMs), this.progress.get("slot") ?? 0);
    if (before > (this.progress.get("raw from slot") ?? 0)) this.progress.set("raw from slot", before);
    const { history_samples, history_details } = this.oldest;
    return history_samples.run(before).changes > 0 || history_details.run(before).changes > 0;
  }

  private removeRollups(now: number, { fiveMinuteMs, hourlyMs }: HistoryLimits): boolean {
    const hour = Math.min(Math.floor((now - fiveMinuteMs) / bucketMs["1h"]), this.progress.get("hour") ?? 0);
    if (hour > (this.progress.get("five minutes from hour") ?? 0)) this.progress.set("five minutes from hour", hour);
    const day = Math.floor((now - hourlyMs) / spanMs["1h"]);
    return (
      this.oldestRollups.run(resolutionMinutes["5m"], hour).changes > 0 ||
      this.oldestRollups.run(resolutionMinutes["1h"], day).changes > 0
    );
  }

  /** Some machines' samples beyond the newest so many, by whole slots: at most a slot's worth more is kept. */
  private removeBeyondCount({ rawSamples }: HistoryLimits): boolean {
    const { oldest, newest } = this.slots.get() ?? { oldest: null, newest: null };
    if (rawSamples === null || oldest === null || newest === null) return false;
    let machine = this.progress.get("counted machine") ?? 0;
    for (let done = 0; done < MACHINES_PER_STEP; done++) {
      const next = this.nextMachine.get(machine)?.id ?? null;
      if (next === null) {
        this.progress.set("counted machine", 0);
        return false;
      }
      machine = next;
      this.keepNewest(machine, rawSamples, oldest, newest);
    }
    this.progress.set("counted machine", machine);
    return true;
  }

  private keepNewest(machine: number, samples: number, oldest: number, newest: number): void {
    const rolledUp = this.progress.get("slot") ?? 0;
    let kept = 0;
    for (let slot = newest; slot >= oldest; slot--) {
      if (kept < samples) kept += this.countOfSlot.get(slot, machine)?.count ?? 0;
      else if (slot < rolledUp) for (const remove of this.removeSlot) remove.run(slot, machine);
    }
  }
}
