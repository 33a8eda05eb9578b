import { EventEmitter, once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";

import type { ReportQueue, WaitingReport } from "../queue/report-queue.js";
import { backOffMs } from "./back-off.js";
import type { BacklogLog } from "./backlog-log.js";
import { batchPauseMs, nextBatchSize, spreadMs } from "./backlog-pace.js";
import type { ReportFate } from "./batch-answer.js";
import type { LiveSender } from "./live-sender.js";
import type { Outbox } from "./outbox.js";
import type { ServerPool } from "./server-pool.js";

export interface BacklogParts {
  pool: ServerPool;
  queue: ReportQueue;
  outbox: Outbox;
  live: LiveSender;
  log: BacklogLog;
  intervalMs: number;
}

/**
 * Sends the reports that were kept, oldest first, while new ones go their own way: what operators look at is never behind a
 * backlog. It waits for servers that answer, begins after a random while and keeps to a rate.
 */
export class BacklogSender {
  private readonly nudges = new EventEmitter();
  private batchSize: number | undefined;
  private failedRounds = 0;
  private sentCount = 0;

  constructor(private readonly parts: BacklogParts) {}

  /** Servers answer: if there is something to send, now is the time. */
  nudge(): void {
    this.nudges.emit("nudge");
  }

  /** Runs until the process ends. */
  async run(): Promise<never> {
    for (;;) {
      await once(this.nudges, "nudge");
      await this.drain(Infinity);
    }
  }

  /** Sends until nothing is left, servers are lost, or `deadlineMs` (monotonic milliseconds) is near. */
  async drain(deadlineMs: number): Promise<void> {
    if (this.waiting(1).length === 0) return;
    const beganMs = performance.now();
    [this.batchSize, this.failedRounds, this.sentCount] = [nextBatchSize(undefined, true), 0, 0];
    let pauseMs = spreadMs(this.parts.intervalMs, Math.random());
    while (performance.now() + pauseMs < deadlineMs) {
      await delay(pauseMs);
      const [first, ...others] = this.waiting(this.batchSize);
      if (first === undefined || this.parts.live.inTrouble) break;
      pauseMs = await this.send([first, ...others]);
    }
    const seconds = (performance.now() - beganMs) / 1000;
    if (this.sentCount > 0) this.parts.log.sent(this.sentCount, seconds, this.parts.outbox.waiting);
  }

  /** Offers the reports once to each server; returns how long to wait before the next batch. */
  private async send(reports: [WaitingReport, ...WaitingReport[]]): Promise<number> {
    const { pool, log } = this.parts;
    const [first, ...others] = reports;
    const round = await pool.ask((server) => server.postSome([first.body, ...others.map(({ body }) => body)]));
    const decided = round.server === null ? 0 : this.settle(round.server, reports, round.fates);
    this.batchSize = nextBatchSize(this.batchSize, decided > 0);
    if (decided > 0) {
      this.failedRounds = 0;
      return batchPauseMs(decided, Math.random());
    }
    if (this.failedRounds === 0 && round.failures.length > 0) log.delayed(round.failures);
    const restMs = Math.max(0, pool.openAtMs - performance.now());
    this.failedRounds += 1;
    return restMs + backOffMs(this.failedRounds, Math.random());
  }

  private settle(server: string, reports: WaitingReport[], fates: ReportFate[]): number {
    const settled = reports.filter((_, index) => isDecided(fates[index]));
    this.parts.queue.settle(settled.map((report) => report.place));
    const reasons = fates.flatMap((one) => (one.fate === "refused" ? [one.reason] : []));
    this.parts.log.refused(server, reasons);
    this.sentCount += settled.length - reasons.length;
    return settled.length;
  }

  private waiting(max: number): WaitingReport[] {
    const { queue, outbox, log } = this.parts;
    const found = queue.oldest(max, outbox.fresh?.place ?? null);
    log.givenUp(queue.takeGivenUp());
    return found;
  }
}

function isDecided(fate: ReportFate | undefined): boolean {
  return fate !== undefined && fate.fate !== "later";
}
