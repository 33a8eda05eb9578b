import { Injectable, Logger } from "@nestjs/common";
import { FleetError } from "../../common/fleet-error.js";
import { type AcceptedReport, FleetStore } from "../store/fleet-store.js";
import { overloaded } from "./report-errors.js";

interface WaitingReport {
  readonly report: AcceptedReport;
  /** Whether the client no longer waits for the answer. */
  readonly abandoned: () => boolean;
  resolve(): void;
  reject(error: unknown): void;
}

/** A commit of this many takes a few milliseconds; larger ones would only make everybody wait longer. */
const MAX_BATCH = 250;
/** Some seconds of work: a longer queue would answer after the agents' time-out of 5 s. */
const MAX_WAITING = 2_000;

/**
 * Commits reports in batches: while one batch commits, the next gathers. There is no timer, so an idle server commits
 * a single report at once, and a busy one shares each transaction among all that arrived meanwhile.
 */
@Injectable()
export class ReportWriter {
  private readonly logger = new Logger("ReportWriter");
  private waiting: WaitingReport[] = [];
  private committing = false;

  constructor(private readonly store: FleetStore) {}

  /**
   * Resolves once the report is committed. Rejects with FleetError 503 when too many wait or the database is away. A
   * report that is abandoned before its commit begins is dropped: its client repeats it elsewhere.
   */
  write(report: AcceptedReport, abandoned: () => boolean): Promise<void> {
    if (this.waiting.length >= MAX_WAITING) return Promise.reject(overloaded());
    return new Promise((resolve, reject) => {
      this.waiting.push({ report, abandoned, resolve, reject });
      if (!this.committing) void this.commitAll();
    });
  }

  private async commitAll(): Promise<void> {
    this.committing = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, MAX_BATCH);
      const [dropped, wanted] = [batch.filter((each) => each.abandoned()), batch.filter((each) => !each.abandoned())];
      for (const each of dropped) each.reject(overloaded());
      await this.commit(wanted);
    }
    this.committing = false;
  }

  private async commit(batch: readonly WaitingReport[]): Promise<void> {
    if (batch.length === 0) return;
    try {
      await this.store.commit(batch.map((each) => each.report));
      for (const each of batch) each.resolve();
    } catch (error) {
      if (error instanceof FleetError || batch.length === 1) {
        for (const each of batch) each.reject(error);
        return;
      }
      // One report that the database refuses must not fail the others.
      this.logger.error({ msg: "A batch of reports was refused; committing them one by one", err: error });
      for (const each of batch) await this.commit([each]);
    }
  }
}
