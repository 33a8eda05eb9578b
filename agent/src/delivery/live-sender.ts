import { setTimeout as delay } from "node:timers/promises";

import { backOffMs } from "./back-off.js";
import type { DeliveryLog } from "./delivery-log.js";
import type { Outbox } from "./outbox.js";
import type { ServerPool } from "./server-pool.js";

/** `taken`: a server has committed it. `refused`: a repeat would be refused too. `expired`: not delivered in time. */
export type Delivery = "taken" | "refused" | "expired";

/** Brings the newest report to a server: at once, and in an outage after ever longer random pauses. */
export class LiveSender {
  /** Rounds without a decision in a row; it outlives a report, so that a long outage is met with ever fewer tries. */
  private failedRounds = 0;

  constructor(
    private readonly pool: ServerPool,
    private readonly outbox: Outbox,
    private readonly log: DeliveryLog,
  ) {}

  /** Whether the last round of tries found no server that takes reports. */
  get inTrouble(): boolean {
    return this.failedRounds > 0;
  }

  /** Runs until the process ends; `decided` is called whenever a server has decided on a report. */
  async run(decided: () => void): Promise<never> {
    for (;;) {
      await this.outbox.report();
      await this.deliver(Infinity);
      decided();
    }
  }

  /**
   * Tries the newest report, which may change from try to try, until a server decides on it or no round of tries can begin before
   * `deadlineMs` (monotonic milliseconds).
   */
  async deliver(deadlineMs: number): Promise<Delivery> {
    for (let report = this.outbox.fresh; report !== null; report = this.outbox.fresh) {
      const { body } = report;
      const round = await this.pool.ask((server) => server.post(body));
      if (round.server !== null) {
        this.failedRounds = 0;
        this.outbox.settle(report);
        const [decision] = round.fates;
        if (decision.fate === "refused") this.log.refused(round.server, decision.reason);
        else this.log.delivered(round.server, round.failures, this.outbox.waiting);
        return decision.fate;
      }
      if (round.failures.length > 0) this.log.failed(round.failures);
      this.outbox.beginOutage();
      const nextMs = Math.max(performance.now(), this.pool.openAtMs) + backOffMs(this.failedRounds, Math.random());
      this.failedRounds += 1;
      if (nextMs >= deadlineMs) break;
      await delay(Math.max(0, nextMs - performance.now()));
    }
    return "expired";
  }
}
