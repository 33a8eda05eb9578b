/**
 * When the next report is due, in the same monotonic milliseconds as its arguments. Due times are whole intervals apart,
 * so late work never shifts the ones that follow; of several missed ones only the last is made up for, at once.
 */
export function nextDueMs(previousDueMs: number, intervalMs: number, nowMs: number): number {
  const passed = Math.floor((nowMs - previousDueMs) / intervalMs);
  return previousDueMs + Math.max(1, passed) * intervalMs;
}

/**
 * The gap after the first report, which every agent sends as soon as it starts: half an interval to a whole one, so that
 * machines that start together (after a power cut) do not report in step for ever. `random` is in [0, 1).
 */
export function firstGapMs(intervalMs: number, random: number): number {
  return intervalMs * (0.5 + 0.5 * random);
}
