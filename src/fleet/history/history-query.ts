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

/** Lengths of the buckets that samples are rolled up to, in milliseconds. */
export const bucketMs = { "5m": 300_000, "1h": 3_600_000 } as const;

export type RolledResolution = keyof typeof bucketMs;

/** Which buckets to read: all that begin between `from` and `to` (milliseconds, inclusive), `stepMs` joined into one. */
export interface RollupQuery {
  readonly resolution: RolledResolution;
  readonly from: number;
  readonly to: number;
  /** A multiple of the resolution's bucket; buckets are joined where it is longer. */
  readonly stepMs: number;
}

/** What is charted. Null where no sample had the figure. */
export interface RolledFigures {
  /** Percent, 0 to 100. */
  readonly cpu: number | null;
  readonly memory: number | null;
  readonly disk: number | null;
  readonly load1: number | null;
  /** Bytes per second, from counters that grew: where one wrapped or restarted there is no rate. */
  readonly sentRate: number | null;
  readonly receivedRate: number | null;
}

/** A bucket of a machine's history. */
export interface StoredRollup {
  /** When it begins. */
  readonly at: number;
  /** How many samples it holds. */
  readonly count: number;
  readonly mean: RolledFigures;
  readonly max: RolledFigures;
}
