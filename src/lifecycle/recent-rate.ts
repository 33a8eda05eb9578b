const WINDOW_S = 10;

/** How often something happens per second: the mean of the last ten whole seconds, by a monotonic clock. */
export class RecentRate {
  /** By second: which one, and how often in it. */
  private readonly seconds = Array.from({ length: WINDOW_S + 1 }, () => ({ second: -1, count: 0 }));
  private readonly startedAtMs: number;

  constructor(private readonly nowMs: () => number = () => performance.now()) {
    this.startedAtMs = nowMs();
  }

  add(count: number): void {
    const second = Math.floor(this.nowMs() / 1000);
    const slot = this.seconds[second % this.seconds.length];
    if (!slot) return;
    if (slot.second !== second) Object.assign(slot, { second, count: 0 });
    slot.count += count;
  }

  get perSecond(): number {
    const now = Math.floor(this.nowMs() / 1000);
    const counted = this.seconds.filter(({ second }) => second < now && second >= now - WINDOW_S);
    const sum = counted.reduce((total, { count }) => total + count, 0);
    // What began to count a moment ago has not had ten seconds yet.
    const seconds = Math.min(WINDOW_S, Math.max(1, now - Math.floor(this.startedAtMs / 1000)));
    return Math.round((sum / seconds) * 10) / 10;
  }
}
