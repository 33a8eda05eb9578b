import { EventEmitter, once } from "node:events";

import type { Place, ReportQueue } from "../queue/report-queue.js";
import type { Report } from "../report.js";
import type { BacklogLog } from "./backlog-log.js";
import type { DeliveryLog } from "./delivery-log.js";
import { sealPayload } from "./payload-envelope.js";

/** The newest report, until a server has decided on it. */
export interface FreshReport {
  timestamp: string;
  /** Sent as it is, however often: servers know a repeat by its machine and timestamp. */
  body: string;
  /** `null`: it is not on disk. */
  place: Place | null;
}

export interface OutboxParts {
  /** `null`: nothing is kept. */
  queue: ReportQueue | null;
  /** 32 bytes; reports lie sealed in the queue then. `undefined`: plain JSON. */
  encryptionKey: Buffer | undefined;
  deliveryLog: DeliveryLog;
  backlogLog: BacklogLog;
}

/**
 * Takes each report in before it is sent, so that a killed agent finds it again. While servers answer nothing is forced to disk;
 * once they do not, every report is.
 */
export class Outbox {
  private newest: FreshReport | null = null;
  private outage = false;
  private readonly arrivals = new EventEmitter();

  constructor(private readonly parts: OutboxParts) {}

  get fresh(): FreshReport | null {
    return this.newest;
  }

  /** Reports that wait besides the newest. */
  get waiting(): number {
    const all = this.parts.queue?.waiting ?? 0;
    return Math.max(0, all - (this.newest?.place ? 1 : 0));
  }

  put(report: Report): void {
    const { encryptionKey, deliveryLog } = this.parts;
    const { timestamp } = report.metrics;
    const plain = JSON.stringify(report);
    const body = encryptionKey === undefined ? plain : sealPayload(plain, encryptionKey);
    if (this.newest?.place === null) deliveryLog.dropped(this.newest.timestamp);
    this.newest = { timestamp, body, place: this.append(Date.parse(timestamp), body) };
    this.arrivals.emit("report");
  }

  /** Waits for a report that no server has decided on. */
  async report(): Promise<void> {
    if (this.newest === null) await once(this.arrivals, "report");
  }

  settle(report: FreshReport): void {
    this.outage = false;
    if (this.newest === report) this.newest = null;
    if (report.place !== null) this.parts.queue?.settle([report.place]);
  }

  /** No server answers: from now on every report must outlast a power cut. */
  beginOutage(): void {
    this.outage = true;
    this.sync();
  }

  private append(atMs: number, body: string): Place | null {
    const { queue, backlogLog } = this.parts;
    if (queue === null) return null;
    try {
      const place = queue.append(atMs, body);
      if (this.outage) this.sync();
      return place;
    } catch (error) {
      backlogLog.notKept(error);
      return null;
    } finally {
      backlogLog.givenUp(queue.takeGivenUp());
    }
  }

  private sync(): void {
    try {
      this.parts.queue?.sync();
    } catch (error) {
      this.parts.backlogLog.notKept(error);
    }
  }
}
