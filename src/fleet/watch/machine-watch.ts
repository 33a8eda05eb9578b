/** A machine with what is readable of it, without its documents. Times are milliseconds since 1970 UTC. */
export interface WatchedMachine {
  readonly machineId: string;
  readonly lastSeen: number;
  readonly cpu: number | null;
  readonly memory: number | null;
  readonly disk: number | null;
}

/** Percentages above which a figure is looked for. */
export interface FigureLimits {
  readonly cpu: number;
  readonly memory: number;
  readonly disk: number;
}

/**
 * What is asked of the fleet again and again by those that watch over it: answered by the database in one pass over rows
 * that hold no documents, and never with more than `limit` machines. Throws BackendUnavailableError.
 */
export interface MachineWatch {
  /** Those seen since, with a figure above its limit; the worst first. */
  above(limits: FigureLimits, seenSince: number, limit: number): Promise<readonly WatchedMachine[]>;

  /** Those last seen between these times, inclusive; the longest silent first. */
  lostBetween(from: number, to: number, limit: number): Promise<readonly WatchedMachine[]>;

  /** How many were last seen between these times, inclusive. */
  countLost(from: number, to: number): Promise<number>;

  /** Those with these ids, in any order; at most a thousand are to be asked for at once. */
  of(machineIds: readonly string[]): Promise<readonly WatchedMachine[]>;
}
