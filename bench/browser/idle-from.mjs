/** A main thread without a long task for so long is idle; live figures come each second, so more is not to be had. */
export const QUIET_MS = 500;

/**
 * When a page answers at once: from the time its content is on screen, or from the end of the last long task that
 * follows without a pause of QUIET_MS.
 *
 * @param {number} paintedAt
 * @param {readonly { startTime: number, duration: number }[]} longTasks of more than 50 ms, in their order
 */
export function idleFrom(paintedAt, longTasks) {
  return longTasks.reduce((idleAt, { startTime, duration }) => {
    const endsAt = startTime + duration;
    return startTime < idleAt + QUIET_MS && endsAt > idleAt ? endsAt : idleAt;
  }, paintedAt);
}
