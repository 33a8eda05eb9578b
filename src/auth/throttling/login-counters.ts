/** A counter as it stands: at least 1, and gone by itself after `endsInMs`. */
export interface Counter {
  readonly count: number;
  readonly endsInMs: number;
}

export interface CounterChange {
  readonly key: string;
  /** How long a counter that begins with this change lasts. */
  readonly seconds: number;
  /** What `increment` adds; 1 where it is left out. */
  readonly by?: number;
}

/**
 * Counters that all nodes share and that end by themselves. Every method throws BackendUnavailableError when the store
 * cannot be used. Deliberately not in it: limits, and what the keys mean.
 */
export abstract class LoginCounters {
  /** In the order of the keys; null for one that was not begun or has ended. */
  abstract read(keys: readonly string[]): Promise<(Counter | null)[]>;

  /** Adds to each, begun counters keeping their end, and resolves with the new counts. No concurrent call is lost. */
  abstract increment(changes: readonly CounterChange[]): Promise<number[]>;

  /** Makes each begin anew at 1, to last the given time from now. */
  abstract start(changes: readonly CounterChange[]): Promise<void>;

  /** What does not exist is fine. */
  abstract remove(keys: readonly string[]): Promise<void>;

  /** Lets go of what the counters alone hold open. */
  abstract close(): Promise<void>;
}
