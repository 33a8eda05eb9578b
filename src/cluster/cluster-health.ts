export interface ClusterCheck {
  readonly up: boolean;
  /** A sentence for operators, when down. */
  readonly reason?: string;
}

/** Whether this node is a working member of its cluster; answered from memory. A standalone node always is. */
export abstract class ClusterHealth {
  abstract check(): ClusterCheck;
}

/** A node that runs alone. */
export class StandaloneHealth extends ClusterHealth {
  check(): ClusterCheck {
    return { up: true };
  }
}
