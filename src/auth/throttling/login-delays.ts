/** How delays grow: none before the failure number `firstAfter`, then `firstSeconds`, doubling at every further one. */
export interface DelayRule {
  readonly firstAfter: number;
  readonly firstSeconds: number;
  readonly maxSeconds: number;
}

/** One name from one address: a person who mistypes notices little, a program gets about a hundred tries a day. */
const pairRule: DelayRule = { firstAfter: 5, firstSeconds: 5, maxSeconds: 900 };
/** The same while a name is tried from everywhere: each address has one wrong try. */
const besiegedPairRule: DelayRule = { firstAfter: 1, firstSeconds: 60, maxSeconds: 900 };
/** One address, whatever the names. Many people may stand behind it, so it slows down and hardly stops. */
export const addressRule: DelayRule = { firstAfter: 30, firstSeconds: 2, maxSeconds: 60 };

/** More failures of one name than single addresses can make in `userWindowSeconds`: many addresses are at it. */
export const SIEGE_FAILURES = 50;

export const pairWindowSeconds = 24 * 3600;
export const addressWindowSeconds = 3600;
export const userWindowSeconds = 3600;

/** Seconds until the next try is let in after so many failures; 0 for at once. */
export function delaySeconds(failures: number, { firstAfter, firstSeconds, maxSeconds }: DelayRule): number {
  if (failures < firstAfter) return 0;
  return Math.min(firstSeconds * 2 ** (failures - firstAfter), maxSeconds);
}

/**
 * The rule for one name from one address. `userFailures` are those of the name from everywhere: they make it stricter,
 * but not where this user has logged in lately, and never for an address that has not failed itself.
 */
export function pairRuleFor({ userFailures, familiar }: { userFailures: number; familiar: boolean }): DelayRule {
  return userFailures > SIEGE_FAILURES && !familiar ? besiegedPairRule : pairRule;
}
