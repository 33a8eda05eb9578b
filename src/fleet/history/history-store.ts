import type { Fence } from "../../database/leases/lease.js";
import type { StoredTrend, TrendQuery } from "./trend.js";
import type { RollupQuery, SampleQuery, StoredRollup, StoredSample } from "./history-query.js";

/** How long each kind of history is kept, in milliseconds. */
export interface HistoryLimits {
  readonly rawMs: number;
  /** At most so many raw samples per machine, where that is bounded. */
  readonly rawSamples: number | null;
  readonly fiveMinuteMs: number;
  readonly hourlyMs: number;
}

/**
 * The past of machines. FleetStore.commit adds to it in the transaction that takes the report; nothing outside this
 * folder knows its tables. Every method throws BackendUnavailableError when the database cannot be used, and those that
 * take a Fence throw LeaseLostError when it no longer holds.
 */
export abstract class HistoryStore {
  /**
   * The machine's newest samples in the range, oldest first, or null where there is no such machine. The whole sample
   * is left out, and its figures stay, where it would make the answer very large.
   */
  abstract samples(machineId: string, query: SampleQuery): Promise<readonly StoredSample[] | null>;

  /** The machine's buckets in the range, oldest first, or null where there is no such machine. */
  abstract rollups(machineId: string, query: RollupQuery): Promise<readonly StoredRollup[] | null>;

  /** The recent past of those of these machines that have any, in any order; at most a hundred are to be asked for. */
  abstract trends(machineIds: readonly string[], query: TrendQuery): Promise<readonly StoredTrend[]>;

  /**
   * One step of what has to be done now and then, in one short transaction: partitions made ahead, samples rolled up
   * once their bucket is over (again, where a sample came late), and what is past its time removed. Resolves with
   * whether there is more to do at once. Repeating a step does no harm.
   */
  abstract upkeep(now: number, limits: HistoryLimits, fence: Fence): Promise<boolean>;
}
