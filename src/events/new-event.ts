import type { EventKind } from "./event-kinds.js";

export interface NewEvent {
  readonly kind: EventKind;
  /** Whom it is about: a node id, a user name, a machine id. */
  readonly subject: string;
  /** The user who did it. */
  readonly actor?: string | undefined;
  /** The client's address. */
  readonly address?: string | undefined;
  readonly details?: Readonly<Record<string, string | number | boolean | null>>;
  /** Several nodes may report the same fact under the same key; it is kept once. */
  readonly onceKey?: string;
}
