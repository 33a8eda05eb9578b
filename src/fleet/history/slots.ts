import { type RolledResolution, bucketMs } from "./history-query.js";

/** A slot is five minutes of the past: its samples lie together in the database and become one point of the finest roll-up. */
export const SLOT_MS = bucketMs["5m"];
export const SLOTS_PER_HOUR = bucketMs["1h"] / SLOT_MS;
export const DAY_MS = 86_400_000;

/** A sample that comes so long after the end of its slot is late: the slot may be rolled up already. */
export const LATE_AFTER_MS = 30_000;
/** A slot is rolled up so long after its end: later than the slowest commit of a sample that is not late. */
export const ROLL_UP_AFTER_MS = 60_000;

/** The sample that a slot's first rate begins with may lie so many slots before. */
export const SLOTS_BEFORE = 2;
/** Over a longer gap between two samples there is no rate: what happened in between nobody knows. */
export const LONGEST_GAP_MS = SLOTS_BEFORE * SLOT_MS;

/** What the tables call a resolution: its bucket in minutes. */
export const resolutionMinutes = { "5m": 5, "1h": 60 } as const satisfies Record<RolledResolution, number>;

/** The slot that holds this time (milliseconds since 1970 UTC). */
export function slotOf(timeMs: number): number {
  return Math.floor(timeMs / SLOT_MS);
}

/** The slots from `first` to `last`, both included. */
export function slotsBetween(first: number, last: number): number[] {
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, index) => first + index);
}

/** Slots looked at first, and at most at once. A machine that reports every ten seconds has thirty samples in each. */
const FIRST_SLOTS = 24;
const MOST_SLOTS = 1_152;

/** Stretches of slots from `last` back to `first`, each longer than the one before: what is newest is found in the first. */
export function* backwards(first: number, last: number): Generator<{ first: number; last: number }> {
  for (let end = last, size = FIRST_SLOTS; end >= first; size = Math.min(size * 4, MOST_SLOTS)) {
    yield { first: Math.max(end - size + 1, first), last: end };
    end -= size;
  }
}
