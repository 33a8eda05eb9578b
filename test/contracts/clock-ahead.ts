/** Runs `work` while this process believes that it is `aheadMs` later. */
export async function withClockAhead(aheadMs: number, work: () => Promise<void>): Promise<void> {
  const RealDate = globalThis.Date;
  globalThis.Date = class extends RealDate {
    constructor(...given: [] | [number | string | Date]) {
      super(given[0] ?? RealDate.now() + aheadMs);
    }

    static override now(): number {
      return RealDate.now() + aheadMs;
    }
  } as DateConstructor;
  try {
    await work();
  } finally {
    globalThis.Date = RealDate;
  }
}
