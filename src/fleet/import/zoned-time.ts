import { parseIso } from "../ingest/sample-time.js";

/**
 * Reads times as the predecessor stored them, which have no zone: what the clocks of `zone` (an IANA name) showed. Where a
 * clock was put back and showed a time twice, the order of storing tells which is meant; a time that no clock showed,
 * because it was put forward, is read as if it had not been.
 */
export class ZonedTime {
  private readonly format: Intl.DateTimeFormat;

  /** Throws RangeError for an unknown zone. */
  constructor(zone: string) {
    this.format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  }

  /**
   * Milliseconds since 1970 UTC, or undefined for what is no time. A zone in the text itself counts. Of two times that were
   * shown alike it is the earlier one, unless that lies before `stored`, the time of what was stored before it.
   */
  parse(text: unknown, stored = -Infinity): number | undefined {
    const [earlier, later] = this.candidates(text);
    return later !== undefined && earlier !== undefined && earlier < stored ? later : earlier;
  }

  isShownTwice(text: unknown): boolean {
    return this.candidates(text).length > 1;
  }

  /** What the text may mean, the earlier first. */
  private candidates(text: unknown): readonly number[] {
    const parsed = typeof text === "string" ? parseIso(text) : undefined;
    if (!parsed) return [];
    if (parsed.offsetMs !== undefined) return [parsed.wallClock - parsed.offsetMs];
    // The offsets in force a day before and after: one of them, or both, is the one at that time.
    const offsets = [-1, 1].map((days) => this.offsetAt(parsed.wallClock + days * 86_400_000));
    const candidates = [...new Set(offsets.map((offset) => parsed.wallClock - offset))];
    const shown = candidates.filter((at) => at + this.offsetAt(at) === parsed.wallClock);
    return shown.length > 0 ? shown.sort((one, other) => one - other) : candidates.slice(0, 1);
  }

  private offsetAt(at: number): number {
    const parts = new Map(this.format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
    const shown = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
    return shown - Math.floor(at / 1000) * 1000;
  }
}
