/** Without any sign of a change. */
const SELDOM_MS = 60_000;

interface Pace {
  readonly elapsedMs: number;
  /** Whether something has changed since the last read. */
  readonly changed: boolean;
  /** How soon after the last read a change is followed by another. */
  readonly soonMs: number;
}

/** Whether to read again: soon after a change, however many there are, and now and then without one. */
export function rereadIsDue({ elapsedMs, changed, soonMs }: Pace): boolean {
  return elapsedMs >= (changed ? soonMs : SELDOM_MS);
}
