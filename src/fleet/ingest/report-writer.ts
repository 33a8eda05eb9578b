import { Injectable, Logger } from "@nestjs/common";
import { explainFailure } from "../../common/explain-failure.js";
import { FleetError } from "../../common/fleet-error.js";
import { LiveChanges } from "../../events/live/live-changes.js";
import { NodeFacts } from "../../lifecycle/node-facts.js";
import { type AcceptedReport, FleetStore } from "../store/fleet-store.js";
import { ReportMetrics } from "./report-metrics.js";
import { overloaded } from "./report-errors.js";

/** The reports that the database did not take, and why; the others are committed. */
export type Failures = ReadonlyMap<AcceptedReport, unknown>;

/** The reports of one request. They are committed together. */
interface Waiting {
  readonly reports: readonly AcceptedReport[];
  readonly characters: number;
  /** Whether the client no longer waits for the answer. */
  readonly abandoned: () => boolean;
  resolve(failures: Failures): void;
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

const none: Failures = new Map();

/**
 * Commits reports in batches: while one batch commits, the next gathers. There is no timer, so an idle server commits
 * a single report at once, and a busy one shares each transaction among all that arrived meanwhile.
 */
@Injectable()
export class ReportWriter {
  private readonly logger = new Logger("ReportWriter");
  private waiting: Waiting[] = [];
  private waitingReports = 0;
  private waitingCharacters = 0;
  private committing = false;
  private failing = false;

  constructor(
    private readonly store: FleetStore,
    private readonly changes: LiveChanges,
    private readonly facts: NodeFacts,
    private readonly metrics: ReportMetrics,
  ) {}

  /** How many reports wait for their commit to begin. */
  get waitingCount(): number {
    return this.waitingReports;
  }

  /**
   * Resolves once the reports are committed, with the failures of those that the database does not take. Rejects with
   * FleetError 503 when too many wait or the database is away. Reports that are abandoned before their commit begins
   * are dropped: their client repeats them elsewhere.
   */
  write(reports: readonly AcceptedReport[], abandoned: () => boolean): Promise<Failures> {
    if (reports.length === 0) return Promise.resolve(none);
    const full = this.waitingReports + reports.length > MAX_WAITING || this.waitingCharacters >= MAX_WAITING_CHARACTERS;
    if (full) return Promise.reject(overloaded());
    const characters = reports.reduce((sum, report) => sum + sizeOf(report), 0);
    return new Promise((resolve, reject) => {
      this.waiting.push({ reports, characters, abandoned, resolve, reject });
      this.waitingReports += reports.length;
      this.waitingCharacters += characters;
      if (!this.committing) void this.commitAll();
    });
  }

  private async commitAll(): Promise<void> {
    this.committing = true;
    while (this.waiting.length > 0) {
      const wanted: Waiting[] = [];
      for (const each of this.takeBatch()) {
        if (each.abandoned()) each.reject(overloaded());
        else wanted.push(each);
      }
      if (wanted.length > 0) await this.commit(wanted);
    }
    this.committing = false;
  }

  /** Those to be committed together: at least one request's. */
  private takeBatch(): Waiting[] {
    let length = 0;
    let reports = 0;
    let characters = 0;
    for (const each of this.waiting) {
      reports += each.reports.length;
      characters += each.characters;
      if (length > 0 && (reports > MAX_BATCH || characters > MAX_BATCH_CHARACTERS)) break;
      length += 1;
    }
    return this.take(length);
  }

  private take(count: number): Waiting[] {
    const taken = this.waiting.splice(0, count);
    for (const { reports, characters } of taken) {
      this.waitingReports -= reports.length;
      this.waitingCharacters -= characters;
    }
    return taken;
  }

  private async commit(batch: readonly Waiting[]): Promise<void> {
    const reports = batch.flatMap((each) => each.reports);
    const startedAt = performance.now();
    try {
      const failures = await this.commitReports(reports);
      for (const each of batch) each.resolve(failures);
      this.facts.reportsTaken(reports.length - failures.size);
      this.changes.machinesChanged(reports.map(({ machineId }) => machineId));
      if (this.failing) this.logger.log("Reports are committed again");
      this.failing = false;
    } catch (error) {
      this.refuse(batch, error);
    } finally {
      this.metrics.batch(reports.length, performance.now() - startedAt);
    }
  }

  private async commitReports(reports: readonly AcceptedReport[]): Promise<Failures> {
    try {
      await this.store.commit(reports);
      return none;
    } catch (error) {
      if (error instanceof FleetError) throw error;
      if (reports.length > 1) {
        this.logger.error({ msg: "The database refused reports; looking for the bad ones", err: error });
      }
      const failures = new Map<AcceptedReport, unknown>();
      await this.commitHalves(reports, error, failures);
      return failures;
    }
  }

  /** Finds the reports that the database refuses by halving, so that they fail no other ones. */
  private async commitHalves(
    refused: readonly AcceptedReport[],
    error: unknown,
    failures: Map<AcceptedReport, unknown>,
  ): Promise<void> {
    const [only, ...others] = refused;
    if (only && others.length === 0) {
      failures.set(only, error);
      return;
    }
    const middle = Math.ceil(refused.length / 2);
    for (const half of [refused.slice(0, middle), refused.slice(middle)]) {
      try {
        await this.store.commit(half);
      } catch (cause) {
        if (cause instanceof FleetError) throw cause;
        await this.commitHalves(half, cause, failures);
      }
    }
  }

  /** The database is away: those that gathered meanwhile would only wait as long again, past their clients' patience. */
  private refuse(batch: readonly Waiting[], error: unknown): void {
    if (!this.failing) this.logger.error(`Reports cannot be committed: ${explainFailure(error)}`);
    this.failing = true;
    for (const each of [...batch, ...this.take(this.waiting.length)]) each.reject(error);
  }
}

function sizeOf({ info, metrics }: AcceptedReport): number {
  return (info?.length ?? 0) + (metrics?.length ?? 0);
}
