import { type RolledResolution, bucketMs } from "./history-query.js";

/** A chart shows no more, and nobody wants to wait for more. */
export const MAX_POINTS = 500;

/** Machines report every few seconds: over a longer time raw samples are more than a chart shows. */
const LONGEST_RAW_MS = 2 * 3_600_000;

export interface HistoryRange {
  readonly from: number;
  readonly to: number;
}

/** What is kept, as times back from now in milliseconds. */
export interface KeptHistory {
  readonly rawMs: number;
  readonly fiveMinuteMs: number;
}

export type ChosenResolution =
  { readonly resolution: "raw" } | { readonly resolution: RolledResolution; readonly stepMs: number };

/** The finest that gives at most 500 points and reaches back far enough. Raw samples may turn out to be more than that; then chooseRolled. */
export function chooseResolution({ from, to }: HistoryRange, now: number, kept: KeptHistory): ChosenResolution {
  if (to - from <= LONGEST_RAW_MS && from >= now - kept.rawMs) return { resolution: "raw" };
  return chooseRolled({ from, to }, now, kept);
}

/** Without raw samples. */
export function chooseRolled({ from, to }: HistoryRange, now: number, kept: Pick<KeptHistory, "fiveMinuteMs">) {
  const isKept = from >= now - kept.fiveMinuteMs;
  // A range that does not begin with a bucket touches one more.
  const resolution = isKept && (to - from) / bucketMs["5m"] <= MAX_POINTS - 1 ? "5m" : "1h";
  const bucket = bucketMs[resolution];
  return { resolution, stepMs: Math.max(1, Math.ceil((to - from) / (MAX_POINTS - 1) / bucket)) * bucket } as const;
}
