const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
const DAY = 24 * 60 * MINUTE;

/** How far a time with a zone may lie from the database's clock, in milliseconds. */
const OLDEST = 7 * DAY;
const NEWEST = 5 * MINUTE;

/** What may remain between the database's clock and a time without a zone, once its zone is inferred. */
const UNEXPLAINED = 5 * MINUTE;

/** Zones in use lie between UTC-12:00 and UTC+14:00, in quarters of an hour. */
const WESTMOST = -12 * 4;
const EASTMOST = 14 * 4;

/**
 * The time of a sample in milliseconds by the agent's own `timestamp`, or undefined where it cannot be trusted and the
 * time of arrival stands in. The same timestamp gives the same time on every node and however late it arrives, so that
 * a repeated report is recognised.
 *
 * A time with a zone is trusted within 7 days back and 5 minutes ahead of `now` (the database's clock). A time without
 * one is the agent's local time: its zone is the offset that brings it nearest to `now`, if less than 5 minutes remain.
 */
export function sampleTime(timestamp: unknown, now: number): number | undefined {
  const parsed = typeof timestamp === "string" ? parseIso(timestamp) : undefined;
  if (!parsed) return undefined;
  if (parsed.offsetMs !== undefined) {
    const at = parsed.wallClock - parsed.offsetMs;
    return at >= now - OLDEST && at <= now + NEWEST ? at : undefined;
  }
  const quarters = Math.min(Math.max(Math.round((parsed.wallClock - now) / QUARTER), WESTMOST), EASTMOST);
  const at = parsed.wallClock - quarters * QUARTER;
  return Math.abs(at - now) < UNEXPLAINED ? at : undefined;
}

const iso = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:([Zz])|([+-])(\d\d):?(\d\d)?)?$/;

/**
 * ISO 8601 as agents write it: with or without a zone, to seconds or down to nanoseconds (cut to milliseconds).
 * `wallClock` is what the text shows, read as if it were UTC.
 */
export function parseIso(text: string): { wallClock: number; offsetMs: number | undefined } | undefined {
  const match = iso.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second = "0", fraction = "", utc, sign, zoneHours, zoneMinutes = "0"] =
    match;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  date.setUTCHours(Number(hour), Number(minute), Number(second), Number(fraction.padEnd(3, "0").slice(0, 3)));
  // Date carries over what is out of range (a 31st of April, 25 o'clock); such a time is not one.
  if (date.getUTCDate() !== Number(day) || date.getUTCMonth() + 1 !== Number(month)) return undefined;
  if (date.getUTCHours() !== Number(hour) || date.getUTCMinutes() !== Number(minute)) return undefined;
  if (utc !== undefined) return { wallClock: date.getTime(), offsetMs: 0 };
  if (sign === undefined) return { wallClock: date.getTime(), offsetMs: undefined };
  const offsetMs = (Number(zoneHours) * 60 + Number(zoneMinutes)) * MINUTE;
  return { wallClock: date.getTime(), offsetMs: sign === "-" ? -offsetMs : offsetMs };
}
