import { setTimeout as delay } from "node:timers/promises";

import { firstGapMs, nextDueMs } from "./cadence.js";
import type { ReportSender } from "./delivery/report-sender.js";
import type { ReportCollector } from "./figures/report-collector.js";

/** Gathers and delivers reports: the first at once, the others on a fixed cadence. */
export class Reporter {
  constructor(
    private readonly collector: ReportCollector,
    private readonly sender: ReportSender,
    private readonly intervalMs: number,
  ) {}

  /** One report, tried for one interval. Tells whether a server has taken it. */
  async once(): Promise<boolean> {
    const report = await this.collector.collect();
    return (await this.sender.deliver(report, performance.now() + this.intervalMs)) === "delivered";
  }

  /** Runs until the process ends. A report that is not delivered when the next one is due is given up. */
  async run(): Promise<never> {
    let dueMs: number | undefined;
    for (;;) {
      const report = await this.collector.collect();
      dueMs ??= performance.now() + firstGapMs(this.intervalMs, Math.random());
      await this.sender.deliver(report, dueMs);
      await delay(Math.max(0, dueMs - performance.now()));
      dueMs = nextDueMs(dueMs, this.intervalMs, performance.now());
    }
  }
}
