const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The ranges to choose from, by the name that stands in the address. */
export const ranges = [
  { name: "15m", label: "15 min", words: "The last 15 minutes", ms: 15 * MINUTE },
  { name: "1h", label: "1 h", words: "The last hour", ms: HOUR },
  { name: "6h", label: "6 h", words: "The last 6 hours", ms: 6 * HOUR },
  { name: "24h", label: "24 h", words: "The last 24 hours", ms: DAY },
  { name: "7d", label: "7 d", words: "The last 7 days", ms: 7 * DAY },
  { name: "30d", label: "30 d", words: "The last 30 days", ms: 30 * DAY },
  { name: "1y", label: "1 y", words: "The last year", ms: 365 * DAY },
  { name: "2y", label: "2 y", words: "The last 2 years", ms: 730 * DAY },
] as const;

type RangeName = (typeof ranges)[number]["name"];

/** What the charts show: a range that ends now, or a stretch of time that was chosen by dragging. */
export type ChartRange =
  | { readonly name: RangeName; readonly from?: never; readonly to?: never }
  | {
      readonly name?: never;
      readonly from: number;
      readonly to: number;
      /** The range that ends now from which one came closer. */
      readonly before: RangeName;
    };

const DEFAULT: RangeName = "1h";

/** As the address says; the default for what makes no sense. */
export function readRange(query: URLSearchParams): ChartRange {
  const from = Date.parse(query.get("from") ?? "");
  const to = Date.parse(query.get("to") ?? "");
  const name = ranges.find((range) => range.name === query.get("range"))?.name ?? DEFAULT;
  return from < to ? { from, to, before: name } : { name };
}

export function writeRange(range: ChartRange): URLSearchParams {
  const name = rangeBefore(range);
  const query = new URLSearchParams(name === DEFAULT ? {} : { range: name });
  if (range.name !== undefined) return query;
  query.set("from", new Date(range.from).toISOString());
  query.set("to", new Date(range.to).toISOString());
  return query;
}

/** The range that ends now: the one that is shown, or the one before it was looked at closer. */
export function rangeBefore(range: ChartRange): RangeName {
  return range.name ?? range.before;
}

function lengthOf(range: ChartRange): number {
  if (range.name === undefined) return range.to - range.from;
  return ranges.find(({ name }) => name === range.name)?.ms ?? HOUR;
}

/** How often a range that ends now is read again: a hundredth of it, between 10 s and 5 min. */
function refreshMs(range: ChartRange): number | undefined {
  if (range.name === undefined) return undefined;
  return Math.min(Math.max(lengthOf(range) / 100, 10_000), 5 * MINUTE);
}

/** The range's times; one that ends now moves in steps, so that what is asked for stays the same in between. */
export function timesOf(range: ChartRange, nowMs: number): { readonly from: number; readonly to: number } {
  if (range.name === undefined) return range;
  const step = refreshMs(range) ?? 10_000;
  const to = Math.ceil(nowMs / step) * step;
  return { from: to - lengthOf(range), to };
}
