import { type RolledResolution, bucketMs } from "./history-query.js";

/** Samples of the same five minutes lie together in the database; a slot is also a bucket of the finest roll-up. */
export const SLOT_MS = bucketMs["5m"];
export const SLOTS_PER_HOUR = bucketMs["1h"] / SLOT_MS;

export function slotOf(at: number): number {
  return Math.floor(at / SLOT_MS);
}

/** A sample that comes so long after the end of its slot is late: the slot may be rolled up already. */
export const LATE_AFTER_MS = 30_000;
/** A slot is rolled up so long after its end: later than the slowest commit of a sample that is not late. */
export const ROLL_UP_AFTER_MS = 60_000;

/** What the tables call a resolution: its bucket in minutes. */
export const resolutionMinutes = { "5m": 5, "1h": 60 } as const satisfies Record<RolledResolution, number>;
