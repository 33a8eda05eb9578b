const MAX_INTERVAL_MS = 60_000;
/** Past this the sessions renewed longest ago are forgotten, which costs them one more write. */
const MAX_ENTRIES = 10_000;

/**
 * Remembers when this node last renewed each session, so that using one costs a write now and then instead of one per
 * request: every minute, or every tenth of a shorter time to live. A session may so end by that much too early.
 */
export class RenewalLog {
  private readonly intervalMs: number;
  private readonly renewedAt = new Map<string, number>();

  constructor(ttlSeconds: number) {
    this.intervalMs = Math.min(MAX_INTERVAL_MS, ttlSeconds * 100);
  }

  /** Whether to renew the session now; the caller then does so, and calls `forget` where it failed. */
  claim(sessionId: string, nowMs = performance.now()): boolean {
    const last = this.renewedAt.get(sessionId);
    if (last !== undefined && nowMs - last < this.intervalMs) return false;
    // Deleted first, so that the map stays in the order of renewal.
    this.renewedAt.delete(sessionId);
    this.renewedAt.set(sessionId, nowMs);
    if (this.renewedAt.size > MAX_ENTRIES) {
      const [oldest] = this.renewedAt.keys();
      if (oldest !== undefined) this.renewedAt.delete(oldest);
    }
    return true;
  }

  forget(sessionId: string): void {
    this.renewedAt.delete(sessionId);
  }
}
