import { setTimeout as delay } from "node:timers/promises";

import { firstGapMs, nextDueMs } from "./cadence.js";
import type { BacklogSender } from "./delivery/backlog-sender.js";
import type { LiveSender } from "./delivery/live-sender.js";
import type { Outbox } from "./delivery/outbox.js";
import type { ReportCollector } from "./figures/report-collector.js";

const LONGEST_BACKLOG_MS = 60_000;

export interface ReporterParts {
  collector: ReportCollector;
  outbox: Outbox;
  live: LiveSender;
  /** `null`: nothing is kept. */
  backlog: BacklogSender | null;
  intervalMs: number;
}

/** Gathers reports, the first at once and the others on a fixed cadence that no server can disturb, and has them sent. */
export class Reporter {
  constructor(private readonly parts: ReporterParts) {}

  /**
   * One report, tried for one interval, and behind it for at most a minute what earlier runs could not deliver. Tells whether a
   * server has taken the report.
   */
  async once(): Promise<boolean> {
    const { collector, outbox, live, backlog, intervalMs } = this.parts;
    outbox.put(await collector.collect());
    const taken = (await live.deliver(performance.now() + intervalMs)) === "taken";
    if (taken) await backlog?.drain(performance.now() + LONGEST_BACKLOG_MS);
    return taken;
  }

  /** Runs until the process ends. */
  async run(): Promise<void> {
    const { live, backlog } = this.parts;
    await Promise.all([this.collect(), live.run(() => backlog?.nudge()), backlog?.run()]);
  }

  private async collect(): Promise<never> {
    const { collector, outbox, intervalMs } = this.parts;
    let dueMs: number | undefined;
    for (;;) {
      outbox.put(await collector.collect());
      dueMs ??= performance.now() + firstGapMs(intervalMs, Math.random());
      await delay(Math.max(0, dueMs - performance.now()));
      dueMs = nextDueMs(dueMs, intervalMs, performance.now());
    }
  }
}
