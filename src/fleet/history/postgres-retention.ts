import type { HistoryLimits } from "./history-store.js";
import { DAY_MS, SLOT_MS, backwards, slotOf, slotsBetween } from "./slots.js";
import { type Queryable, historyDays } from "./postgres-days.js";
import { PostgresProgress } from "./postgres-progress.js";
import { RAW_FROM } from "./postgres-rolling.js";

/** What is past its time is looked for so often; the look itself costs a little for each machine. */
const SWEEP_EVERY_MS = 3_600_000;
const MACHINES_AT_ONCE = 500;
const ROWS_AT_ONCE = 20_000;
const BOUNDED_AT_ONCE = 20;
const sweeps = [
  { minutes: 5, limit: "fiveMinuteMs" },
  { minutes: 60, limit: "hourlyMs" },
] as const;

/** Machines that have rollups, also those that were removed in between, by jumps through the index. */
const ROLLED_MACHINES = `
  WITH RECURSIVE rolled (machine) AS (
    (SELECT machine FROM history_rollups WHERE machine > $1 ORDER BY machine LIMIT 1)
    UNION ALL
    SELECT (SELECT r.machine FROM history_rollups r WHERE r.machine > rolled.machine ORDER BY r.machine LIMIT 1)
    FROM rolled WHERE rolled.machine IS NOT NULL
  )
  SELECT machine FROM rolled WHERE machine IS NOT NULL LIMIT ${MACHINES_AT_ONCE}`;

const DELETE_ROLLUPS = `DELETE FROM history_rollups r USING (
    SELECT old.machine, old.ts FROM unnest($1::integer[]) AS wanted (machine) CROSS JOIN LATERAL (
      SELECT o.machine, o.ts FROM history_rollups o
      WHERE o.machine = wanted.machine AND o.resolution = $2::smallint AND o.ts < $3 OFFSET 0) AS old
    LIMIT ${ROWS_AT_ONCE}) AS past
  WHERE r.machine = past.machine AND r.resolution = $2::smallint AND r.ts = past.ts`;

const MACHINES = `SELECT id FROM machines WHERE id > $1 ORDER BY id LIMIT ${BOUNDED_AT_ONCE}`;

const NEWEST = `SELECT ts::float8 AS ts FROM history_samples
  WHERE machine = $1 AND slot = ANY ($2::integer[]) AND ts >= $3 AND ts < $4 ORDER BY ts DESC LIMIT $5`;
const DELETE_SAMPLES = (table: string) =>
  `DELETE FROM ${table} WHERE machine = $1 AND slot = ANY ($2::integer[]) AND ts >= $3 AND ts <= $4`;

/** Removes rows past their time; whole days are removed by `removeDay`. In the transaction of its connection. */
export class PostgresRetention {
  private readonly progress: PostgresProgress;

  constructor(private readonly database: Queryable) {
    this.progress = new PostgresProgress(database);
  }

  /** Rollups of some machines that are past their time; false where all were looked at within the last hour. */
  async sweepRollups(now: number, limits: HistoryLimits): Promise<boolean> {
    for (const { minutes, limit } of sweeps) {
      const [done, cursor] = [`swept ${minutes}`, `sweep ${minutes}`];
      const last = await this.progress.read(cursor);
      if (last === undefined && !isDue(await this.progress.read(done), now)) continue;
      const { rows } = await this.database.query<{ machine: number }>(ROLLED_MACHINES, [last ?? 0]);
      const machines = rows.map(({ machine }) => machine);
      const removed = await this.database.query(DELETE_ROLLUPS, [
        machines,
        minutes,
        Math.max(Math.floor(now - limits[limit]), 0),
      ]);
      // The same machines again, where not all could go at once.
      if ((removed.rowCount ?? 0) < ROWS_AT_ONCE) await this.goOn(cursor, done, machines, MACHINES_AT_ONCE, now);
      else await this.progress.write(cursor, last ?? 0);
      return true;
    }
    return false;
  }

  /** Raw samples of some machines beyond the bound for each; false where there is none or all were looked at lately. */
  async boundSamples(now: number, limits: HistoryLimits, nextSlot: number): Promise<boolean> {
    if (limits.rawSamples === null) return false;
    const [done, cursor] = ["bounded", "bound"];
    const last = await this.progress.read(cursor);
    if (last === undefined && !isDue(await this.progress.read(done), now)) return false;
    const { rows } = await this.database.query<{ id: number }>(MACHINES, [last ?? 0]);
    const machines = rows.map(({ id }) => id);
    for (const machine of machines) await this.removeTooMany(machine, limits.rawSamples, nextSlot);
    await this.goOn(cursor, done, machines, BOUNDED_AT_ONCE, now);
    return true;
  }

  /** Whatever is not rolled up yet stays until it is. */
  private async removeTooMany(machine: number, bound: number, nextSlot: number): Promise<void> {
    const days = await historyDays(this.database);
    const [oldest, newest] = [days[0], days.at(-1)];
    if (oldest === undefined || newest === undefined) return;
    const rawFrom = Math.max((await this.progress.read(RAW_FROM)) ?? 0, oldest * DAY_MS);
    const surplus = await this.newestSurplus(machine, bound, slotOf(rawFrom), slotOf((newest + 1) * DAY_MS) - 1);
    if (surplus === undefined) return;
    const until = Math.min(surplus, nextSlot * SLOT_MS - 1);
    for (const day of days.filter((each) => each * DAY_MS <= until)) {
      const to = Math.min((day + 1) * DAY_MS - 1, until);
      const values = [machine, slotsBetween(slotOf(day * DAY_MS), slotOf(to)), day * DAY_MS, to];
      await this.database.query(DELETE_SAMPLES("history_samples"), values);
      await this.database.query(DELETE_SAMPLES("history_details"), values);
    }
  }

  /** The time of the newest sample that is one too many. */
  private async newestSurplus(machine: number, bound: number, firstSlot: number, lastSlot: number) {
    let left = bound + 1;
    for (const { first, last } of backwards(firstSlot, lastSlot)) {
      const range = [first * SLOT_MS, (last + 1) * SLOT_MS];
      const values = [machine, slotsBetween(first, last), ...range, left];
      const { rows } = await this.database.query<{ ts: number }>(NEWEST, values);
      left -= rows.length;
      if (left === 0) return rows.at(-1)?.ts;
    }
    return undefined;
  }

  private async goOn(cursor: string, done: string, machines: readonly number[], atOnce: number, now: number) {
    const last = machines.at(-1);
    if (last !== undefined && machines.length === atOnce) return this.progress.write(cursor, last);
    await this.progress.clear(cursor);
    await this.progress.write(done, Math.floor(now));
  }
}

/** Also where the clock was turned back. */
function isDue(doneAt: number | undefined, now: number): boolean {
  return doneAt === undefined || Math.abs(now - doneAt) >= SWEEP_EVERY_MS;
}
