import { Injectable, Logger } from "@nestjs/common";
import { explainFailure } from "../../common/explain-failure.js";
import { BackendUnavailableError, FleetError } from "../../common/fleet-error.js";
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
/** Large reports come in smaller batches, or PostgreSQL would end the statement before it has stored them. */
const MAX_BATCH_CHARACTERS = 4_000_000;
/** Some seconds of work: a longer queue would answer after the agents' time-out of 5 s. */
const MAX_WAITING = 2_000;
/** Reports are a few KB each; many large ones at once must not fill the memory. */
const MAX_WAITING_CHARACTERS = 64_000_000;

/**
 * Commits reports in batches: while one batch commits, the next gathers. There is no timer, so an idle server commits
 * a single report at once, and a busy one shares each transaction among all that arrived meanwhile.
 */
@Injectable()
export class ReportWriter {
  private readonly logger = new Logger("ReportWriter");
  private waiting: WaitingReport[] = [];
  private waitingCharacters = 0;
  private committing = false;
  private failing = false;

  constructor(private readonly store: FleetStore) {}

  /**
   * Resolves once the report is committed. Rejects with FleetError 503 when too many wait or the database is away. A
   * report that is abandoned before its commit begins is dropped: its client repeats it elsewhere.
   */
  write(report: AcceptedReport, abandoned: () => boolean): Promise<void> {
    if (this.waiting.length >= MAX_WAITING || this.waitingCharacters >= MAX_WAITING_CHARACTERS) {
      return Promise.reject(overloaded());
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ report, abandoned, resolve, reject });
      this.waitingCharacters += sizeOf(report);
      if (!this.committing) void this.commitAll();
    });
  }

  private async commitAll(): Promise<void> {
    this.committing = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, batchLength(this.waiting));
      for (const { report } of batch) this.waitingCharacters -= sizeOf(report);
      const wanted: WaitingReport[] = [];
      for (const each of batch) {
        if (each.abandoned()) each.reject(overloaded());
        else wanted.push(each);
      }
      if (wanted.length > 0) await this.commit(wanted);
    }
    this.committing = false;
  }

  private async commit(batch: readonly WaitingReport[]): Promise<void> {
    try {
      await this.store.commit(batch.map((each) => each.report));
      for (const each of batch) each.resolve();
      if (this.failing) this.logger.log("Reports are committed again");
      this.failing = false;
    } catch (error) {
      if (error instanceof FleetError) this.refuse(batch, error);
      else await this.commitOneByOne(batch, error);
    }
  }

  /** The database is away: those that gathered meanwhile would only wait as long again, past their clients' patience. */
  private refuse(batch: readonly WaitingReport[], error: FleetError): void {
    if (!this.failing) this.logger.error(`Reports cannot be committed: ${explainFailure(error)}`);
    this.failing = true;
    const gathered = this.waiting.splice(0);
    this.waitingCharacters = 0;
    for (const each of [...batch, ...gathered]) each.reject(error);
  }

  /** One report that the database refuses must not fail the others. */
  private async commitOneByOne(batch: readonly WaitingReport[], error: unknown): Promise<void> {
    if (batch.length === 1) {
      for (const each of batch) each.reject(error);
      return;
    }
    this.logger.error({ msg: "A batch of reports was refused; committing them one by one", err: error });
    for (const [index, each] of batch.entries()) {
      await this.commit([each]);
      if (!this.failing) continue;
      const away = new BackendUnavailableError("database", error);
      for (const rest of batch.slice(index + 1)) rest.reject(away);
      return;
    }
  }
}

/** How many of those that wait are committed together: at least one. */
function batchLength(waiting: readonly WaitingReport[]): number {
  let length = 0;
  let characters = 0;
  for (const { report } of waiting.slice(0, MAX_BATCH)) {
    characters += sizeOf(report);
    if (length > 0 && characters > MAX_BATCH_CHARACTERS) break;
    length += 1;
  }
  return length;
}

function sizeOf({ info, metrics }: AcceptedReport): number {
  return (info?.length ?? 0) + (metrics?.length ?? 0);
}
