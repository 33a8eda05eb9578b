import type Database from "better-sqlite3";
import { bucketMs } from "./history-query.js";
import type { Progress } from "./sqlite-progress.js";
import { rolledColumns } from "./rolled-row.js";
import { spanMs } from "./sqlite-rollups.js";
import {
  LONGEST_GAP_MS,
  ROLL_UP_AFTER_MS,
  SLOTS_BEFORE,
  SLOTS_PER_HOUR,
  SLOT_MS,
  resolutionMinutes,
  slotOf,
  slotsBetween,
} from "./slots.js";

/** So few that a step holds the write lock for some milliseconds only. */
const MACHINES_PER_STEP = 200;
const LATE_PER_STEP = 200;

const columns = rolledColumns.flatMap((name) => [`${name}_mean`, `${name}_max`]);
const allColumns = ["resolution", "span", "machine", "ts", "count", ...columns].join(", ");
const overwrite = `ON CONFLICT DO UPDATE SET count = excluded.count, ${columns.map((name) => `${name} = excluded.${name}`).join(", ")}`;
/** Where part of what was rolled up before is removed by now, what is left must not take its place. */
const complete = `${overwrite} WHERE excluded.count > history_rollups.count`;

/** Bytes per second since the sample before, where the counter grew: one that wrapped or restarted makes no spike. */
const rate = (counter: string) =>
  `CASE WHEN ${counter} >= lag(${counter}) OVER before AND ts - lag(ts) OVER before <= ${LONGEST_GAP_MS}
     THEN (${counter} - lag(${counter}) OVER before) * 1000.0 / (ts - lag(ts) OVER before) END`;

const five = resolutionMinutes["5m"];
const hourly = resolutionMinutes["1h"];

const sampleColumns = "cpu_percent, memory_percent, disk_percent, load_1, bytes_sent, bytes_received";
const slotsBefore = slotsBetween(-SLOTS_BEFORE, -1).map((before) => `:slot ${before}`);

/**
 * A slot's samples, and before them the last one of each machine in each slot before, where the first rate may begin:
 * beside `max()` SQLite takes the other columns from the row that has the maximum
 * (https://www.sqlite.org/lang_select.html#bareagg).
 */
const samplesOfSlot = `
  SELECT slot, machine, ts, ${sampleColumns} FROM history_samples
  WHERE slot = :slot AND machine BETWEEN :first AND :last
  UNION ALL
  SELECT slot, machine, max(ts), ${sampleColumns} FROM history_samples
  WHERE slot IN (${slotsBefore.join(", ")}) AND machine BETWEEN :first AND :last GROUP BY slot, machine`;

/** Five-minute rows of one slot. */
const slotRows = `
  SELECT ${five}, slot * ${SLOT_MS} / ${spanMs["5m"]}, machine, slot * ${SLOT_MS}, count(*),
    avg(cpu_percent), max(cpu_percent), avg(memory_percent), max(memory_percent), avg(disk_percent), max(disk_percent),
    avg(load_1), max(load_1), avg(sent), max(sent), avg(received), max(received)
  FROM (
    SELECT *, ${rate("bytes_sent")} AS sent, ${rate("bytes_received")} AS received
    FROM (${samplesOfSlot}) WINDOW before AS (PARTITION BY machine ORDER BY ts)
  ) WHERE slot = :slot GROUP BY machine`;

/** Hourly rows from the five-minute ones. */
const hourRows = `
  SELECT ${hourly}, span * ${bucketMs["1h"]} / ${spanMs["1h"]}, machine, span * ${bucketMs["1h"]}, sum(count),
    ${rolledColumns
      .map((name) => `sum(${name}_mean * count) / sum(count) FILTER (WHERE ${name}_mean IS NOT NULL), max(${name}_max)`)
      .join(", ")}
  FROM history_rollups WHERE resolution = ${five} AND span = :hour AND machine BETWEEN :first AND :last GROUP BY machine`;

interface LateRow {
  readonly id: number;
  readonly slot: number;
  readonly machine: number;
}

/** Rolls samples up on SQLite, some machines at a time, from where it stood. Each method is one step inside a transaction. */
export class SqliteRollUp {
  private readonly nextSlot: Database.Statement<unknown[], { slot: number | null }>;
  private readonly nextMachine: Database.Statement<unknown[], { machine: number | null }>;
  private readonly rollSlot: Database.Statement;
  private readonly completeSlot: Database.Statement;
  private readonly nextHour: Database.Statement<unknown[], { span: number | null }>;
  private readonly nextMachineOfHour: Database.Statement<unknown[], { machine: number | null }>;
  private readonly rollHour: Database.Statement;
  private readonly completeHour: Database.Statement;
  private readonly late: Database.Statement<unknown[], LateRow>;
  private readonly forgetLate: Database.Statement;

  constructor(
    db: Database.Database,
    private readonly progress: Progress,
  ) {
    this.nextSlot = db.prepare("SELECT min(slot) AS slot FROM history_samples WHERE slot >= ?");
    this.nextMachine = db.prepare("SELECT min(machine) AS machine FROM history_samples WHERE slot = ? AND machine > ?");
    this.rollSlot = db.prepare(`INSERT INTO history_rollups (${allColumns}) ${slotRows} ${overwrite}`);
    this.completeSlot = db.prepare(`INSERT INTO history_rollups (${allColumns}) ${slotRows} ${complete}`);
    this.nextHour = db.prepare(
      `SELECT min(span) AS span FROM history_rollups WHERE resolution = ${five} AND span >= ?`,
    );
    this.nextMachineOfHour = db.prepare(
      `SELECT min(machine) AS machine FROM history_rollups WHERE resolution = ${five} AND span = ? AND machine > ?`,
    );
    this.rollHour = db.prepare(`INSERT INTO history_rollups (${allColumns}) ${hourRows} ${overwrite}`);
    this.completeHour = db.prepare(`INSERT INTO history_rollups (${allColumns}) ${hourRows} ${complete}`);
    this.late = db.prepare("SELECT id, slot, machine FROM history_late ORDER BY id LIMIT ?");
    this.forgetLate = db.prepare("DELETE FROM history_late WHERE id BETWEEN ? AND ?");
  }

  /** Some machines of the oldest slot that is over. False when there is none. */
  slot(now: number): boolean {
    const from = this.progress.get("slot") ?? 0;
    const slot = this.nextSlot.get(from)?.slot ?? null;
    if (slot === null || (slot + 1) * SLOT_MS + ROLL_UP_AFTER_MS > now) return false;
    const done = slot === from ? (this.progress.get("slot machine") ?? 0) : 0;
    const first = this.nextMachine.get(slot, done)?.machine ?? null;
    if (first === null) {
      this.progress.set("slot", slot + 1);
      this.progress.set("slot machine", 0);
      return true;
    }
    const last = first + MACHINES_PER_STEP - 1;
    this.rollSlot.run({ slot, first, last });
    this.progress.set("slot", slot);
    this.progress.set("slot machine", last);
    return true;
  }

  /** Some machines of the oldest hour whose slots are all rolled up. */
  hour(now: number): boolean {
    const from = this.progress.get("hour") ?? 0;
    const hour = this.nextHour.get(from)?.span ?? null;
    if (hour === null || !this.isRolledUp(hour, now)) return false;
    const done = hour === from ? (this.progress.get("hour machine") ?? 0) : 0;
    const first = this.nextMachineOfHour.get(hour, done)?.machine ?? null;
    if (first === null) {
      this.progress.set("hour", hour + 1);
      this.progress.set("hour machine", 0);
      return true;
    }
    const last = first + MACHINES_PER_STEP - 1;
    this.rollHour.run({ hour, first, last });
    this.progress.set("hour", hour);
    this.progress.set("hour machine", last);
    return true;
  }

  /** Slots in which samples came late, and their hours. False when there are none. */
  lateSlots(): boolean {
    const rows = this.late.all(LATE_PER_STEP);
    const [first, last] = [rows[0], rows.at(-1)];
    if (!first || !last) return false;
    const places = new Map<string, LateRow>(rows.map((row) => [`${row.slot} ${row.machine}`, row]));
    for (const { slot, machine } of places.values()) this.rollLate(slot, machine);
    this.forgetLate.run(first.id, last.id);
    return true;
  }

  private rollLate(slot: number, machine: number): void {
    const one = { first: machine, last: machine };
    // A late sample is also what a later slot's first rate may begin with. What is not rolled up yet has its turn to come.
    const slots = slotsBetween(slot, slot + SLOTS_BEFORE).filter((each) => this.isSlotRolledUp(each, machine));
    const rawFrom = this.progress.get("raw from slot") ?? 0;
    for (const each of slots) (each >= rawFrom ? this.rollSlot : this.completeSlot).run({ slot: each, ...one });
    const hours = new Set(slots.map((each) => Math.floor(each / SLOTS_PER_HOUR)));
    const wholeFrom = this.progress.get("five minutes from hour") ?? 0;
    for (const hour of hours) {
      if (hour > (this.progress.get("hour") ?? 0)) continue;
      (hour >= wholeFrom ? this.rollHour : this.completeHour).run({ hour, ...one });
    }
  }

  private isSlotRolledUp(slot: number, machine: number): boolean {
    const next = this.progress.get("slot") ?? 0;
    return slot < next || (slot === next && machine <= (this.progress.get("slot machine") ?? 0));
  }

  private isRolledUp(hour: number, now: number): boolean {
    const end = (hour + 1) * SLOTS_PER_HOUR;
    if (end * SLOT_MS + ROLL_UP_AFTER_MS > now) return false;
    const next = this.nextSlot.get(this.progress.get("slot") ?? 0)?.slot ?? slotOf(now);
    return next >= end;
  }
}
