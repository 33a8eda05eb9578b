const FIRST_BATCH = 25;
const LARGEST_BATCH = 500;
const REPORTS_PER_SECOND = 25;
const LONGEST_SPREAD_MS = 30_000;

/**
 * How many reports the next batch may hold after one of `size`: twice as many when it was taken, half when not, because a server
 * that has just come back may be slow. `undefined`: the first batch.
 */
export function nextBatchSize(size: number | undefined, taken: boolean): number {
  if (size === undefined) return FIRST_BATCH;
  return taken ? Math.min(LARGEST_BATCH, size * 2) : Math.max(1, Math.floor(size / 2));
}

/**
 * The pause after `count` reports: 25 a second on average, so that an hour of reports every ten seconds takes a quarter of a
 * minute and six days of them about 35. `random` is in [0, 1).
 */
export function batchPauseMs(count: number, random: number): number {
  return (0.5 + random) * (count / REPORTS_PER_SECOND) * 1000;
}

/** How long to hold a backlog back once a server answers: the whole fleet has one then. `random` is in [0, 1). */
export function spreadMs(intervalMs: number, random: number): number {
  return random * Math.min(LONGEST_SPREAD_MS, intervalMs);
}
