const EVERY_MS = 15_000;
/** What failed is tried again sooner. */
const AGAIN_MS = 3_000;
/** What takes long is asked for seldom: reading takes at most a twentieth of the time. */
const REST_FACTOR = 20;
/** So much later than due, the next answer makes the last one too old to be shown. */
const PATIENCE_MS = 10_000;

/** How long to wait after a reading that took `tookMs`, until the next one. */
export function restMs(tookMs: number, failed: boolean): number {
  return Math.max(failed ? AGAIN_MS : EVERY_MS, REST_FACTOR * tookMs);
}

/**
 * A figure that a database has to be asked for, so that whoever wants it gets it from memory: it is read again and again, one
 * reading after the other has ended, and unknown as soon as a reading fails or does not end.
 */
export class BackgroundReading<T> {
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;
  private last: { readonly value: T; readonly goodUntil: number } | undefined;

  constructor(private readonly read: () => Promise<T>) {}

  /** Undefined while it is not known. */
  get value(): T | undefined {
    return this.last && performance.now() < this.last.goodUntil ? this.last.value : undefined;
  }

  start(): void {
    void this.readOnce().then((rest) => {
      if (this.isStopped) return;
      this.timer = setTimeout(() => {
        this.start();
      }, rest);
      this.timer.unref();
    });
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  /** Resolves with how long to wait until the next. */
  private async readOnce(): Promise<number> {
    const startedAt = performance.now();
    try {
      const value = await this.read();
      const now = performance.now();
      const rest = restMs(now - startedAt, false);
      this.last = { value, goodUntil: now + rest + PATIENCE_MS };
      return rest;
    } catch {
      // Whoever depends on the backend says in the log that it is away.
      this.last = undefined;
      return restMs(performance.now() - startedAt, true);
    }
  }
}
