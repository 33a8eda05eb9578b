const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 30_000;
const RAN_WELL_MS = 60_000;

/**
 * How long to wait before the agent is started again: twice as long each time, unless it had run well for a minute.
 *
 * @param {number} restarts how often it has been restarted in a row
 * @param {number} ranMs how long it ran this time
 * @returns {{ delayMs: number, restarts: number }} `restarts` to count on from
 */
export function agentRestartDelay(restarts, ranMs) {
  const inRow = ranMs >= RAN_WELL_MS ? 0 : restarts;
  return { delayMs: Math.min(FIRST_DELAY_MS * 2 ** inRow, LONGEST_DELAY_MS), restarts: inRow };
}
