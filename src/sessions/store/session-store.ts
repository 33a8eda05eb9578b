import type { Store } from "express-session";
import type { Sweep } from "./expired-session-sweep.js";
import type { LiveSession } from "./live-session.js";

/**
 * Where sessions live: express-session's own port, plus what a node needs besides. What every backend promises:
 *
 * - `set` creates a session only where `allowCreation` was called for it. Any other is updated if it still exists; one
 *   that was ended meanwhile, on whatever node, is never brought back, and the caller is told nothing.
 * - `get` gives null for a session that is unknown, ended or damaged. `destroy` is idempotent.
 * - A session ends `sessions.ttl` seconds after its last use by the store's own clock. Uses within a small part of that
 *   time (see RenewalLog) are not written.
 * - A store that cannot be used is a BackendUnavailableError, never "no session".
 *
 * It never emits "disconnect": express-session would take that as a licence to go on without sessions.
 */
export type SessionStore = Store & Required<Pick<Store, "touch">> & SessionStoreUpkeep;

export interface SessionStoreUpkeep {
  /** Removes expired sessions; null where the store does so by its own means. */
  readonly sweep: Sweep | null;
  /** Resolves when the store can be used, else throws BackendUnavailableError. */
  check(): Promise<void>;
  /** The random id this store holds, made by the first who asks; nodes that see different ids share no sessions. */
  id(): Promise<string>;
  /** How many sessions live, or null where there are more than may be counted at a moment's notice. */
  count(): Promise<number | null>;
  /**
   * All sessions that live while this runs, once each and in no order, read a few at a time; one that begins or ends
   * meanwhile may be among them or not. Damaged ones are left out. Throws BackendUnavailableError.
   */
  live(): AsyncIterable<LiveSession>;
  /** Ends the session of this key on all nodes; one that is not there is fine. Throws BackendUnavailableError. */
  end(key: string): Promise<void>;
  close(): Promise<void>;
}

export const SESSION_STORE = Symbol("SESSION_STORE");
