/** How far the evaluation had come. */
export interface Before {
  /** When the fleet was last looked at; null before the first time. */
  readonly evaluatedAt: number | null;
  /** Until then no machine is called offline. */
  readonly graceUntil: number;
  /**
   * By the silence, in milliseconds, after which machines are called offline: all of these that were last seen before are
   * decided. An incident was opened, or there is nothing to be said about them.
   */
  readonly decided: ReadonlyMap<number, number>;
}

interface GapLimits {
  /** A longer time without a look means that the service may have been away. */
  readonly awayAfterMs: number;
  readonly graceMs: number;
}

/** What the evaluation must go by now. */
export interface Resumed {
  /** Nothing is known of the time between: what was waited for begins anew. */
  readonly wasAway: boolean;
  readonly graceUntil: number;
  /** As in `Before`, of any limit. */
  readonly decidedTo: (limitMs: number) => number;
}

/** At the very first look, machines that have been lost for longer are nobody's news. */
const RECENT_MS = 15 * 60_000;

/**
 * Whether the service itself may have been away since the last look, by the database's clock alone, which wrote the time
 * of both. Then machines get a time of grace to report again. A clock that was set counts as an absence, too.
 * `offlineLimits`: those of the settings in effect.
 */
export function judgeGap(
  before: Before,
  now: number,
  { awayAfterMs, graceMs }: GapLimits,
  offlineLimits: readonly number[],
): Resumed {
  const { evaluatedAt, decided } = before;
  if (evaluatedAt === null) {
    const decidedTo = (limitMs: number) => now - Math.max(RECENT_MS, limitMs);
    return { wasAway: true, graceUntil: now + graceMs, decidedTo };
  }
  // Machines whose limit the settings have moved since are looked at from where their former limit had come to.
  const gone = [...decided].filter(([limitMs]) => !offlineLimits.includes(limitMs)).map(([, decidedTo]) => decidedTo);
  const decidedTo = (limitMs: number) => {
    const own = decided.get(limitMs);
    return Math.min(now, ...(own === undefined ? [now - limitMs, ...decided.values()] : [own, ...gone]));
  };
  const wasAway = Math.abs(now - evaluatedAt) > awayAfterMs;
  return { wasAway, graceUntil: wasAway ? now + graceMs : before.graceUntil, decidedTo };
}
