import { setTimeout as delay } from "node:timers/promises";

import type { Report } from "../report.js";
import { backOffMs, retryAfterMs } from "./back-off.js";
import type { DeliveryLog } from "./delivery-log.js";
import { sealPayload } from "./payload-envelope.js";
import { describeAnswer, judgeAnswer, type ServerAnswer } from "./server-answer.js";
import type { ServerConnection } from "./server-connection.js";

/** `delivered`: a server has committed it. `refused`: a repeat would be refused too. `expired`: not delivered in time. */
export type Delivery = "delivered" | "refused" | "expired";

interface Server {
  connection: ServerConnection;
  /** The server asked to be left alone until then (monotonic milliseconds). */
  notBeforeMs: number;
}

/**
 * Brings one report after the other to the first server that takes it, beginning with the one that took the last. Every try
 * sends the same bytes: servers know a repeated report by its machine and timestamp and store it once.
 */
export class ReportSender {
  private readonly servers: Server[];
  /** Rounds without success in a row; it outlives a report, so that a long outage is met with ever fewer tries. */
  private failedRounds = 0;

  /** `encryptionKey`: 32 bytes, or `undefined` to send plain JSON. */
  constructor(
    connections: ServerConnection[],
    private readonly encryptionKey: Buffer | undefined,
    private readonly log: DeliveryLog,
  ) {
    this.servers = connections.map((connection) => ({ connection, notBeforeMs: 0 }));
  }

  /**
   * Tries until delivered or refused, or until no round of tries can begin before `deadlineMs` (monotonic milliseconds). Each
   * server is tried once however near the deadline is, so a call may end late by five seconds per server.
   */
  async deliver(report: Report, deadlineMs = Infinity): Promise<Delivery> {
    const plain = JSON.stringify(report);
    const body = this.encryptionKey === undefined ? plain : sealPayload(plain, this.encryptionKey);
    for (;;) {
      const outcome = await this.tryEach(body);
      if (outcome !== null) {
        this.failedRounds = 0;
        return outcome;
      }
      const nextMs = this.earliestMs() + backOffMs(this.failedRounds, Math.random());
      this.failedRounds += 1;
      if (nextMs >= deadlineMs) {
        this.log.dropped(report.metrics.timestamp);
        return "expired";
      }
      await delay(Math.max(0, nextMs - performance.now()));
    }
  }

  /** One try at every server that may be asked now; `null` when none took a stand. */
  private async tryEach(body: string): Promise<Delivery | null> {
    const failures: string[] = [];
    for (const server of [...this.servers]) {
      if (server.notBeforeMs > performance.now()) continue;
      const result = await this.tryOne(server, body);
      if (result === "delivered") {
        this.servers.splice(this.servers.indexOf(server), 1);
        this.servers.unshift(server);
        this.log.delivered(server.connection.name, failures);
        return result;
      }
      if (result === "refused") return result;
      failures.push(`${server.connection.name}: ${result.failure}`);
    }
    if (failures.length > 0) this.log.failed(failures);
    return null;
  }

  private async tryOne(server: Server, body: string): Promise<"delivered" | "refused" | { failure: string }> {
    let answer: ServerAnswer;
    try {
      answer = await server.connection.post(body);
    } catch (error) {
      return { failure: error instanceof Error ? error.message : String(error) };
    }
    switch (judgeAnswer(answer.status)) {
      case "accepted":
        return "delivered";
      case "refused":
        this.log.refused(server.connection.name, answer.status, describeAnswer(answer));
        return "refused";
      case "later": {
        const waitMs = retryAfterMs(answer.retryAfter, answer.date, Date.now());
        if (waitMs !== null) server.notBeforeMs = performance.now() + waitMs;
        return { failure: describeAnswer(answer) };
      }
    }
  }

  private earliestMs(): number {
    return Math.max(performance.now(), Math.min(...this.servers.map((server) => server.notBeforeMs)));
  }
}
