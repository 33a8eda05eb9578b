import type pg from "pg";
import { BackendUnavailableError } from "../../../common/fleet-error.js";
import type { DocumentCipher } from "../../../database/document-cipher.js";
import { closePostgres, openPostgres } from "../../../database/open-postgres.js";
import { readOnlyFault } from "../../../database/postgres-faults.js";
import { PostgresHistory } from "../../history/postgres-history.js";
import { removeMachine } from "../../history/postgres-removal.js";
import type { MachineQuery } from "../../machines/machine-query.js";
import type { StatusLimits } from "../../machines/machine-status.js";
import type { AcceptedReport, FleetStore } from "../fleet-store.js";
import { PostgresWatch } from "../../watch/postgres-watch.js";
import { ask } from "./ask.js";
import { PostgresMachines } from "./postgres-machines.js";
import { PostgresReportWriter } from "./postgres-report-writer.js";
import { readSpread } from "./postgres-spread.js";
import { readSummary } from "./postgres-summary.js";
import { storableText } from "./storable-text.js";

export interface PostgresFleetOptions {
  readonly url: string;
  readonly cipher: DocumentCipher;
  readonly detailIntervalMs: number;
  readonly repeatWindowMs: number;
}

/** One for the batch being committed, one for what else must not wait behind readers. */
const WRITING_CONNECTIONS = 2;
const READING_CONNECTIONS = 4;
const UPKEEP_CONNECTIONS = 1;
/** All that a store may open. */
export const FLEET_CONNECTIONS = WRITING_CONNECTIONS + READING_CONNECTIONS + UPKEEP_CONNECTIONS;
/** A step of upkeep takes about a tenth of a second, more on a slow disk, and nobody waits for it. */
const UPKEEP_TIMEOUT_MS = 10_000;

const CHECK = "SELECT current_setting('transaction_read_only') AS read_only, (SELECT id FROM machines LIMIT 1)";

/**
 * The fleet on PostgreSQL, whose schema is up to date. Reports have connections of their own, so that no long summary
 * delays them. Documents are sealed and opened here, a little at a time beside the event loop's other work.
 */
export class PostgresFleetStore implements FleetStore {
  private readonly writing: pg.Pool;
  private readonly reading: pg.Pool;
  private readonly upkeep: pg.Pool;
  private readonly writer: PostgresReportWriter;
  private readonly machineRows: PostgresMachines;
  readonly history: PostgresHistory;
  readonly watch: PostgresWatch;

  constructor(options: PostgresFleetOptions) {
    const { url, cipher } = options;
    this.writing = openPostgres(url, { purpose: "reports", max: WRITING_CONNECTIONS });
    this.reading = openPostgres(url, { purpose: "reads", max: READING_CONNECTIONS });
    this.upkeep = openPostgres(url, {
      purpose: "upkeep",
      max: UPKEEP_CONNECTIONS,
      statementTimeoutMs: UPKEEP_TIMEOUT_MS,
    });
    this.writer = new PostgresReportWriter(this.writing, cipher, options);
    this.machineRows = new PostgresMachines(this.reading, cipher);
    this.watch = new PostgresWatch(this.reading);
    this.history = new PostgresHistory(this.reading, this.upkeep, cipher);
  }

  commit(reports: readonly AcceptedReport[]) {
    return this.writer.commit(reports);
  }

  machines(query: MachineQuery, now: number, limits: StatusLimits) {
    return this.machineRows.page(query, now, limits);
  }

  machine(machineId: string, serialHash: string) {
    return this.machineRows.find(machineId, serialHash);
  }

  machinesOf(machineIds: readonly string[]) {
    return this.machineRows.some(machineIds);
  }

  conflictsSince(at: number, limit: number) {
    return this.machineRows.conflictsSince(at, limit);
  }

  summary(now: number, limits: StatusLimits) {
    return readSummary(this.reading, now, limits);
  }

  spread(now: number, limits: StatusLimits) {
    return readSpread(this.reading, now, limits);
  }

  remove(machineId: string) {
    return removeMachine(this.writing, storableText(machineId));
  }

  /** Not behind the readers: a server that is slow for them still takes reports. One that takes no writes cannot. */
  async check() {
    const { rows } = await ask<{ read_only: string }>(this.writing, CHECK);
    if (rows[0]?.read_only !== "off") throw new BackendUnavailableError("database", new Error(readOnlyFault.what));
  }

  async close() {
    await Promise.all([this.writing, this.reading, this.upkeep].map(closePostgres));
  }
}
