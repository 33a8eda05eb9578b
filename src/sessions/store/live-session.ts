import type { SessionData } from "express-session";

/** A session as its store lists it. */
export interface LiveSession {
  /** What the store calls it. In Redis that is the session id, which is the cookie's secret: it must not be shown. */
  readonly key: string;
  readonly data: SessionData;
  /** Since its last use, by the store's clock; uses that were not worth a write (see RenewalLog) do not count. */
  readonly idleMs: number;
}
