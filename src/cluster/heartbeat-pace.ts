/** All on the monotonic clock, in milliseconds. */
export interface Pace {
  readonly startedAt: number;
  readonly now: number;
  readonly intervalMs: number;
  readonly failed: boolean;
  /** When a silent node may be judged inactive; Infinity where nobody is silent. */
  readonly verdictAt: number;
}

const LONGEST_RETRY_MS = 1_000;

/**
 * How long to wait after a heartbeat: until one interval after it began, less where a verdict is due, so that a dead
 * node is named on time. One that failed is tried again well within the interval. Beats missed are not made up for.
 */
export function nextBeatInMs({ startedAt, now, intervalMs, failed, verdictAt }: Pace): number {
  if (failed) return Math.min(intervalMs / 4, LONGEST_RETRY_MS);
  // A timer may fire a fraction of a millisecond early, which would be too early for the verdict.
  return Math.max(0, Math.min(startedAt + intervalMs, Math.ceil(verdictAt) + 1) - now);
}
