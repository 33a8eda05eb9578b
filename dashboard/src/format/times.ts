const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const absolute = new Intl.DateTimeFormat("en-GB", {
  year: "numeric",
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  timeZoneName: "short",
});
const moment = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});
const day = new Intl.DateTimeFormat("en-GB", { year: "numeric", month: "short", day: "numeric" });

/** `now`, `12 s ago`, `3 min ago`, `5 h ago`, `4 d ago`; a date from 30 days on. */
export function agoText(thenMs: number, nowMs: number): string {
  const age = nowMs - thenMs;
  if (age >= 30 * DAY) return day.format(thenMs);
  return age < SECOND ? "now" : `${wholeText(age)} ago`;
}

/** The largest unit alone, rounded down: `59 s`, `2 min`, `23 h`, `4 d`. */
function wholeText(durationMs: number): string {
  if (durationMs < MINUTE) return `${Math.floor(durationMs / SECOND)} s`;
  if (durationMs < HOUR) return `${Math.floor(durationMs / MINUTE)} min`;
  return durationMs < DAY ? `${Math.floor(durationMs / HOUR)} h` : `${Math.floor(durationMs / DAY)} d`;
}

/** A duration in its two largest units: `42 s`, `3 min 20 s`, `4 h 05 min`, `12 d 4 h`. */
export function durationText(durationMs: number): string {
  const ms = Math.max(0, durationMs);
  if (ms < MINUTE) return wholeText(ms);
  const two = (large: number, largeName: string, small: number, smallName: string) =>
    `${Math.floor(ms / large)} ${largeName} ${String(Math.floor((ms % large) / small)).padStart(2, "0")} ${smallName}`;
  if (ms < HOUR) return two(MINUTE, "min", SECOND, "s");
  return ms < DAY ? two(HOUR, "h", MINUTE, "min") : `${Math.floor(ms / DAY)} d ${Math.floor((ms % DAY) / HOUR)} h`;
}

/** In the viewer's zone, which is named. */
export function absoluteText(timeMs: number): string {
  return absolute.format(timeMs);
}

/** Short, for where the zone and the year are plain: `27 Nov, 05:20:00`. */
export function momentText(timeMs: number): string {
  return moment.format(timeMs);
}

/** `in 3 d`; `expired` once it is over. */
export function untilText(thenMs: number, nowMs: number): string {
  return thenMs <= nowMs ? "expired" : `in ${wholeText(thenMs - nowMs)}`;
}
