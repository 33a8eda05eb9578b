/** How far the evaluation had come, and what it must go by now. */
interface Before {
  readonly evaluatedAt: number | null;
  readonly graceUntil: number;
  readonly decidedTo: number;
}

interface GapLimits {
  /** A longer time without a look means that the service may have been away. */
  readonly awayAfterMs: number;
  readonly graceMs: number;
}

export interface Resumed {
  /** Nothing is known of the time between: what was waited for begins anew. */
  readonly wasAway: boolean;
  readonly graceUntil: number;
  readonly decidedTo: number;
}

/** At the very first look, machines that have been lost for longer are nobody's news. */
const RECENT_MS = 15 * 60_000;

/**
 * Whether the service itself may have been away since the last look, by the database's clock alone, which wrote the time
 * of both. Then machines get a time of grace to report again. A clock that was set counts as an absence, too.
 */
export function judgeGap(before: Before, now: number, { awayAfterMs, graceMs }: GapLimits): Resumed {
  if (before.evaluatedAt === null) return { wasAway: true, graceUntil: now + graceMs, decidedTo: now - RECENT_MS };
  const decidedTo = Math.min(before.decidedTo, now);
  const wasAway = Math.abs(now - before.evaluatedAt) > awayAfterMs;
  return { wasAway, graceUntil: wasAway ? now + graceMs : before.graceUntil, decidedTo };
}
