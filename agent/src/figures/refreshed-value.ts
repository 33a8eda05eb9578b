/**
 * A value that is dear to gather: kept for `maxAgeMs`, gathered by one call at a time, and given up on after `limitMs`, because
 * a dead network file system can hold such a call for ever. What could not be gathered is `undefined`, never an error.
 */
export class RefreshedValue<T> {
  private value: T | undefined;
  private gatheredMs = -Infinity;
  private pending: { value: Promise<T | undefined>; sinceMs: number } | undefined;

  constructor(
    private readonly gather: () => Promise<T>,
    private readonly maxAgeMs: number,
    private readonly limitMs = 4000,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  async current(): Promise<T | undefined> {
    if (this.nowMs() - this.gatheredMs < this.maxAgeMs) return this.value;
    const pending = (this.pending ??= {
      value: this.refresh().finally(() => (this.pending = undefined)),
      sinceMs: this.nowMs(),
    });
    const leftMs = pending.sinceMs + this.limitMs - this.nowMs();
    return leftMs > 0 ? firstOf(pending.value, leftMs) : undefined;
  }

  private async refresh(): Promise<T | undefined> {
    try {
      this.value = await this.gather();
    } catch {
      this.value = undefined;
    }
    // A failure is kept as long as a value: asking again at every report would cost more than the figure is worth.
    this.gatheredMs = this.nowMs();
    return this.value;
  }
}

async function firstOf<T>(value: Promise<T>, limitMs: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      resolve(undefined);
    }, limitMs);
  });
  try {
    return await Promise.race([value, limit]);
  } finally {
    clearTimeout(timer);
  }
}
