import type { Queryable } from "./postgres-days.js";
import { PostgresProgress } from "./postgres-progress.js";
import { ROLL_UP_HOURS, ROLL_UP_PAIRS, ROLL_UP_SLOT } from "./postgres-roll-up.js";
import { ROLL_UP_AFTER_MS, SLOTS_BEFORE, SLOTS_PER_HOUR, SLOT_MS, slotOf, slotsBetween } from "./slots.js";

/** Where the work stands, by name. An hour that waits for its end has a name of its own, with its last machine. */
const NEXT_SLOT = "next slot";
const LAST_MACHINE = "last machine";
/** Before this time (milliseconds) raw samples may be gone. */
export const RAW_FROM = "raw from";
const HOUR = "hour ";

/** What one step works on: about a tenth of a second. */
const SAMPLES_AT_ONCE = 30_000;
const LATE_AT_ONCE = 500;
const MACHINES_AT_ONCE = 2_000;
const ALL_MACHINES = 2_147_483_647;

interface LateRow {
  readonly id: string | number;
  readonly slot: number;
  readonly machine: number;
}

/** Rolls samples up to five minutes and hours, a piece at a time, in the transaction of the connection it is given. */
export class PostgresRolling {
  private readonly progress: PostgresProgress;

  constructor(private readonly database: Queryable) {
    this.progress = new PostgresProgress(database);
  }

  /** The first slot that is not rolled up; undefined before the first step. */
  nextSlot(): Promise<number | undefined> {
    return this.progress.read(NEXT_SLOT);
  }

  /** A piece of the oldest slot that is over and not rolled up; false where there is none. */
  async rollSlot(now: number): Promise<boolean> {
    const open = slotOf(now - ROLL_UP_AFTER_MS);
    const next = await this.nextSlot();
    const last = (await this.progress.read(LAST_MACHINE)) ?? 0;
    const slot = last > 0 && next !== undefined ? next : await this.slotWithSamples(next ?? 0);
    if (slot === undefined || slot >= open) {
      // Never back, where the clock is.
      if (next === undefined || open > next) await this.progress.write(NEXT_SLOT, open);
      return false;
    }
    const hour = `${HOUR}${Math.floor(slot / SLOTS_PER_HOUR)}`;
    if (last === 0) await this.progress.write(hour, 0);
    const bound = await this.machineAfterSamples(slot, last);
    const [from, to] = [slot * SLOT_MS, (slot + 1) * SLOT_MS];
    await this.database.query(ROLL_UP_SLOT, [await this.rawFrom(), from, to, slot, last, bound]);
    await this.progress.write(NEXT_SLOT, bound === ALL_MACHINES ? slot + 1 : slot);
    await this.progress.write(LAST_MACHINE, bound === ALL_MACHINES ? 0 : bound);
    return true;
  }

  /** Slots that got a sample after their end, again; false where there is none. */
  async rollLate(): Promise<boolean> {
    const { rows } = await this.database.query<LateRow>(
      `SELECT id, slot, machine FROM history_late ORDER BY id LIMIT ${LATE_AT_ONCE}`,
    );
    if (rows.length === 0) return false;
    const next = (await this.nextSlot()) ?? 0;
    const last = (await this.progress.read(LAST_MACHINE)) ?? 0;
    // The others have their turn still to come.
    const isRolled = (slot: number, machine: number) => slot < next || (slot === next && machine <= last);
    const touched = rows.flatMap(({ slot, machine }) =>
      // A late sample is also what a later slot's first rate may begin with.
      slotsBetween(slot, slot + SLOTS_BEFORE).map((each) => [each, machine] as const),
    );
    const pairs = distinct(touched.filter(([slot, machine]) => isRolled(slot, machine)));
    if (pairs.length > 0) await this.rollPairs(pairs, next);
    await this.database.query("DELETE FROM history_late WHERE id = ANY ($1::bigint[])", [rows.map(({ id }) => id)]);
    return true;
  }

  /** A piece of the oldest hour whose slots are all rolled up; false where there is none. */
  async rollHour(): Promise<boolean> {
    const next = (await this.nextSlot()) ?? 0;
    const waiting = await this.progress.first(HOUR);
    if (!waiting) return false;
    const hour = Number(waiting.name.slice(HOUR.length));
    if ((hour + 1) * SLOTS_PER_HOUR > next) return false;
    const { rows } = await this.database.query<{ id: number }>(
      `SELECT id FROM machines WHERE id > $1 ORDER BY id LIMIT ${MACHINES_AT_ONCE}`,
      [waiting.value],
    );
    const machines = rows.map(({ id }) => id);
    await this.database.query(ROLL_UP_HOURS, [0, machines.map(() => hour), machines]);
    const last = machines.at(-1);
    if (last === undefined || machines.length < MACHINES_AT_ONCE) await this.progress.clear(waiting.name);
    else await this.progress.write(waiting.name, last);
    return true;
  }

  private async rollPairs(pairs: readonly (readonly [slot: number, machine: number])[], next: number): Promise<void> {
    const slots = pairs.map(([slot]) => slot);
    const machines = pairs.map(([, machine]) => machine);
    const from = slots.reduce((one, other) => Math.min(one, other)) * SLOT_MS;
    const to = (slots.reduce((one, other) => Math.max(one, other)) + 1) * SLOT_MS;
    await this.database.query(ROLL_UP_PAIRS, [await this.rawFrom(), from, to, slots, machines]);
    const hours = distinct(
      pairs.map(([slot, machine]) => [Math.floor(slot / SLOTS_PER_HOUR), machine] as const),
    ).filter(([hour]) => (hour + 1) * SLOTS_PER_HOUR <= next);
    await this.database.query(ROLL_UP_HOURS, [0, hours.map(([hour]) => hour), hours.map(([, machine]) => machine)]);
  }

  private async rawFrom(): Promise<number> {
    return (await this.progress.read(RAW_FROM)) ?? 0;
  }

  private async slotWithSamples(from: number): Promise<number | undefined> {
    const { rows } = await this.database.query<{ slot: number }>(
      "SELECT slot FROM history_samples WHERE slot >= $1 AND ts >= $2 ORDER BY slot LIMIT 1",
      [from, from * SLOT_MS],
    );
    return rows[0]?.slot;
  }

  /** The machine up to which a step goes, so that it has about as many samples as it should. */
  private async machineAfterSamples(slot: number, last: number): Promise<number> {
    const { rows } = await this.database.query<{ machine: number }>(
      `SELECT machine FROM history_samples WHERE slot = $1 AND machine > $2 AND ts >= $3 AND ts < $4
       ORDER BY machine OFFSET ${SAMPLES_AT_ONCE} LIMIT 1`,
      [slot, last, slot * SLOT_MS, (slot + 1) * SLOT_MS],
    );
    return rows[0]?.machine ?? ALL_MACHINES;
  }
}

function distinct(pairs: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  return [...new Map(pairs.map((pair) => [pair.join(), pair])).values()];
}
