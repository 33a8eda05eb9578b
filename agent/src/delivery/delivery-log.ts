import type { WriteLog } from "../log.js";

/**
 * Tells the operator what changed about delivery, and only that: lost, refused for a new reason, moved to another server,
 * restored with how much waits or was missed. A long outage is a few lines, however many reports it holds up.
 */
export class DeliveryLog {
  private server: string | null = null;
  private trouble: { sinceMs: number; missed: number; told: Set<string> } | null = null;

  constructor(
    private readonly write: WriteLog,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** `failures`: what was wrong with the servers tried before it. `waiting`: reports that are still to be sent. */
  delivered(server: string, failures: string[], waiting: number): void {
    if (this.trouble !== null) {
      const seconds = Math.round((this.nowMs() - this.trouble.sinceMs) / 1000);
      const counts = `reports waiting: ${waiting}, missed: ${this.trouble.missed}`;
      this.write("INFO", `delivery restored by ${server} after ${seconds} s, ${counts}`);
    } else if (this.server !== server) {
      const change = this.server === null ? "first report accepted by" : "reports now go to";
      this.write("INFO", `${change} ${server}${failures.length > 0 ? ` (${failures.join("; ")})` : ""}`);
    }
    this.trouble = null;
    this.server = server;
  }

  /** No server decided on the report in one round of tries; it will be tried again. */
  failed(failures: string[]): void {
    this.tellOnce("lost", "WARN", `delivery lost, trying again: ${failures.join("; ")}`);
  }

  /** The report would never be taken and is given up. */
  refused(server: string, reason: string): void {
    this.tellOnce(`refused ${server} ${reason}`, "ERROR", `${server} refuses the reports: ${reason}`);
    this.miss();
  }

  /** The report of `timestamp` could be neither delivered nor kept. */
  dropped(timestamp: string): void {
    this.tellOnce("dropped", "WARN", `report of ${timestamp} dropped, it could be neither delivered nor kept`);
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
