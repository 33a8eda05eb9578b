/** One record as a backend without a clock holds it. */
export interface StampedRecord {
  readonly nodeId: string;
  /** Larger for every write than for all writes before it. */
  readonly revision: number;
  /** The writer's wall clock. */
  readonly writtenAtMs: number;
}

interface Sight {
  readonly revision: number;
  /** On this process's monotonic clock; back-dated where the record was older when it was first seen. */
  readonly writtenMonotonicMs: number;
}

/**
 * Tells the age of records by this process's monotonic clock alone, from the moment it first saw each revision. Only a
 * node it has never seen gives nothing else to go by: that one's stamp, by another process's wall clock, is compared
 * with the wall clock here, once. A revision that replaces a known one was written since, so it begins at age zero.
 */
export class FirstSights {
  private sights = new Map<string, Sight>();

  /** What this process has just written itself. */
  wrote({ nodeId, revision }: StampedRecord, monotonicMs: number): void {
    this.sights.set(nodeId, { revision, writtenMonotonicMs: monotonicMs });
  }

  /** Ages in milliseconds, in the order of `records`, which is all there is: what is missing from it is unknown again. */
  ages(records: readonly StampedRecord[], at: { readonly monotonicMs: number; readonly wallMs: number }): number[] {
    const sights = new Map<string, Sight>();
    for (const { nodeId, revision, writtenAtMs } of records) {
      const known = this.sights.get(nodeId);
      const ageMs = known ? 0 : Math.max(0, at.wallMs - writtenAtMs);
      sights.set(
        nodeId,
        known?.revision === revision ? known : { revision, writtenMonotonicMs: at.monotonicMs - ageMs },
      );
    }
    this.sights = sights;
    return records.map(({ nodeId }) => at.monotonicMs - (sights.get(nodeId)?.writtenMonotonicMs ?? at.monotonicMs));
  }
}
