/** A report without a time of its own that was stored: its keyed hash and when it arrived. */
export type RecentReport = readonly [hash: string, arrivedAt: number];

/** A load balancer or an agent repeats a report a few times at most. */
const REMEMBERED = 4;

/**
 * Whether a report without a time of its own is one that was stored already. Only within `windowMs` of arrival: a
 * machine that sends the very same words for ever is alive, not repeated.
 */
export function isRepeat(recent: readonly RecentReport[], hash: string, arrivedAt: number, windowMs: number): boolean {
  return recent.some(([known, at]) => known === hash && Math.abs(arrivedAt - at) <= windowMs);
}

/** The list to store after a new report, newest first. */
export function remember(recent: readonly RecentReport[], hash: string, arrivedAt: number): readonly RecentReport[] {
  return [[hash, arrivedAt] as const, ...recent].slice(0, REMEMBERED);
}
