/** A session as it is stored, with the time since its last use. */
export interface SessionRow {
  readonly key: string;
  readonly text: string;
  readonly idleMs: number;
}

/**
 * Where a database keeps sessions, by `sessionKeyOf`: their text, and when they were last used by the one clock that all
 * nodes go by here. One that is unknown, has ended or has expired is null to `read`, and `update`, `renew` and `remove`
 * pass it over, so that nothing but `create` makes a session. Anything that goes wrong rejects, within about two
 * seconds. What a session means and when it is worth a renewal are not decided here.
 */
export abstract class SessionTable {
  abstract read(key: string): Promise<string | null>;
  abstract create(key: string, text: string): Promise<void>;
  abstract update(key: string, text: string): Promise<void>;
  /** Marks the session as used now. */
  abstract renew(key: string): Promise<void>;
  abstract remove(key: string): Promise<void>;
  /** Removes at most so many expired sessions and resolves with how many they were. */
  abstract removeExpired(limit: number): Promise<number>;
  /** The random id of the table, made by the first who asks. */
  abstract id(): Promise<string>;
  /** How many sessions live, but never more than `limit`. */
  abstract count(limit: number): Promise<number>;
  /** The next sessions after the key `after`, in the order of their keys, so many at most. "" is before all keys. */
  abstract page(after: string, limit: number): Promise<SessionRow[]>;
  abstract check(): Promise<void>;
  abstract close(): Promise<void>;
}
