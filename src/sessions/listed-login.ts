/** Somebody's login that lives. `key` is for the store alone; `id` may be shown. */
export interface ListedLogin {
  readonly key: string;
  readonly id: string;
  readonly username: string;
  readonly startedAtMs: number;
  /** To the minute, and by this node's clock: for people to read. */
  readonly lastUsedAtMs: number;
  readonly address: string | null;
  readonly userAgent: string | null;
}
