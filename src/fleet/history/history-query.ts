import type { Figures } from "./figures.js";

/** Which samples to read: the newest `limit` of those between `from` and `to` (milliseconds, inclusive). */
export interface SampleQuery {
  readonly from: number;
  readonly to: number;
  readonly limit: number;
}

/** One point of a machine's history. `metrics` is the whole sample as JSON where it was kept. */
export interface StoredSample {
  readonly at: number;
  readonly figures: Figures;
  readonly metrics: string | null;
}
