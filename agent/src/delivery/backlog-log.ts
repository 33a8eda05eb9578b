import { errorCode } from "../error-code.js";
import type { WriteLog } from "../log.js";
import type { GivenUp } from "../queue/report-queue.js";
import { CountedLine } from "./counted-line.js";

/** Tells the operator about the reports that were kept: sent, refused, given up. What repeats is counted, not repeated. */
export class BacklogLog {
  private readonly full: CountedLine;
  private readonly tooOld: CountedLine;
  private readonly damaged: CountedLine;
  private readonly refusals: CountedLine;
  private readonly disk: CountedLine;

  constructor(
    private readonly write: WriteLog,
    nowMs: () => number = () => performance.now(),
  ) {
    const line = (text: (count: number, detail: string) => string): CountedLine =>
      new CountedLine((count, detail) => {
        write("WARN", text(count, detail));
      }, nowMs);
    this.full = line((count) => `oldest reports dropped, the queue is full: ${count}`);
    this.tooOld = line((count) => `reports dropped, no server would believe their age: ${count}`);
    this.damaged = line((count) => `damaged reports found in the queue and passed over: ${count}`);
    this.refusals = line((count, reason) => `kept reports refused and dropped: ${count}, last ${reason}`);
    this.disk = line((count, code) => `reports not safe on disk (${code}): ${count}`);
  }

  sent(count: number, seconds: number, waiting: number): void {
    this.write("INFO", `kept reports sent: ${count} in ${Math.round(seconds)} s, waiting: ${waiting}`);
  }

  delayed(failures: string[]): void {
    this.write("WARN", `kept reports have to wait: ${failures.join("; ")}`);
  }

  refused(server: string, reasons: string[]): void {
    this.refusals.add(reasons.length, `by ${server}: ${reasons.at(-1) ?? ""}`);
  }

  givenUp(reports: GivenUp): void {
    this.full.add(reports.full, "");
    this.tooOld.add(reports.tooOld, "");
    this.damaged.add(reports.damaged, "");
  }

  /** The disk did not take a report. */
  notKept(error: unknown): void {
    this.disk.add(1, errorCode(error, "unknown"));
  }
}
