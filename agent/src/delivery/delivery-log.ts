import type { WriteLog } from "../log.js";

/**
 * Tells the operator what changed about delivery, and only that: lost, refused for a new reason, moved to another server,
 * restored with how much was missed. A long outage is a few lines, however many reports it costs.
 */
export class DeliveryLog {
  private server: string | null = null;
  private trouble: { sinceMs: number; missed: number; told: Set<string> } | null = null;

  constructor(
    private readonly write: WriteLog,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** `failures`: what was wrong with the servers tried before it. */
  delivered(server: string, failures: string[]): void {
    if (this.trouble !== null) {
      const seconds = Math.round((this.nowMs() - this.trouble.sinceMs) / 1000);
      this.write("INFO", `delivery restored by ${server} after ${seconds} s, reports missed: ${this.trouble.missed}`);
    } else if (this.server !== server) {
      const change = this.server === null ? "first report accepted by" : "reports now go to";
      this.write("INFO", `${change} ${server}${failures.length > 0 ? ` (${failures.join("; ")})` : ""}`);
    }
    this.trouble = null;
    this.server = server;
  }

  /** No server took the report in one round of tries; it will be tried again. */
  failed(failures: string[]): void {
    this.tellOnce("lost", "WARN", `delivery lost, trying again: ${failures.join("; ")}`);
  }

  refused(server: string, status: number, reason: string): void {
    this.tellOnce(`refused ${server} ${status}`, "ERROR", `${server} refuses the reports: ${reason}`);
    this.miss();
  }

  /** The report of `timestamp` was given up. */
  dropped(timestamp: string): void {
    this.tellOnce("dropped", "WARN", `report of ${timestamp} dropped, it could not be delivered in time`);
    this.miss();
  }

  private tellOnce(what: string, level: "WARN" | "ERROR", text: string): void {
    this.trouble ??= { sinceMs: this.nowMs(), missed: 0, told: new Set() };
    if (this.trouble.told.has(what)) return;
    this.trouble.told.add(what);
    this.write(level, text);
  }

  private miss(): void {
    if (this.trouble !== null) this.trouble.missed += 1;
  }
}
