/** One record as the backend holds it. */
export interface RegistryEntry {
  readonly nodeId: string;
  /** What was published under this id, or what someone else wrote there: not to be trusted before it is verified. */
  readonly record: string;
  /** Milliseconds since it was written, measured by the backend's own clock alone. */
  readonly ageMs: number;
}

/**
 * Where the nodes of a cluster write their record and read each other's. Every method throws BackendUnavailableError,
 * with its cause, while the backend cannot be used. A record is an opaque text of at most a few kilobytes; a reader sees
 * a whole one or none.
 *
 * Deliberately not in it: signatures (a registry stores forged records like any other), judgement (no record expires
 * here, nobody is declared dead), retries and time limits (the heartbeat has them).
 */
export abstract class NodeRegistry {
  /** Writes the record of one node in one step, replacing the one before. */
  abstract publish(nodeId: string, record: string): Promise<void>;

  /** Everything that is stored, in no particular order. */
  abstract list(): Promise<readonly RegistryEntry[]>;

  /** Takes a node's record away; that there is none is no error. */
  abstract remove(nodeId: string): Promise<void>;

  /** The random id this registry holds, made by the first who asks; two nodes that see different ids share no registry. */
  abstract id(): Promise<string>;

  /** Lets go of the backend. Nothing may be called afterwards. */
  abstract close(): Promise<void>;
}
