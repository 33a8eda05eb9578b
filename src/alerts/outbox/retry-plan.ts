const FIRST_MS = 5_000;
const LONGEST_MS = 10 * 60_000;
/** By then whoever was to be told knows, or somebody has looked. */
const GIVE_UP_AFTER_MS = 24 * 3_600_000;
const MAX_ATTEMPTS = 200;

/** Whether it is too old to be tried again. */
export function isTooOld(ageMs: number): boolean {
  return ageMs >= GIVE_UP_AFTER_MS;
}

/**
 * How long to wait after so many attempts that failed, or null to give up: a bound that doubles from five seconds to ten
 * minutes, of which between half and all is waited, so that receivers that come back are not met by all at once. `random`
 * is in [0, 1).
 */
export function retryAfterMs(attempts: number, ageMs: number, random: number): number | null {
  if (attempts >= MAX_ATTEMPTS || isTooOld(ageMs)) return null;
  const bound = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempts - 1, 20));
  return Math.round(bound * (0.5 + random / 2));
}
