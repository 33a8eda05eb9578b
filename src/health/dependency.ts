/** Something the node needs to serve, and who needs it. */
export interface Dependency {
  readonly name: string;
  /** Whether taking reports needs it, too. */
  readonly neededByIngest: boolean;
  /** Resolves when it can be used, rejects when it cannot. */
  check(): Promise<void>;
}

export interface DependencyState {
  readonly up: boolean;
  /** A sentence for operators, when down. */
  readonly reason?: string;
}

export const DEPENDENCIES = Symbol("DEPENDENCIES");
