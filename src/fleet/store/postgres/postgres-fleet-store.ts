import type pg from "pg";
import { BackendUnavailableError } from "../../../common/fleet-error.js";
import type { DocumentCipher } from "../../../database/document-cipher.js";
import { closePostgres, openPostgres } from "../../../database/open-postgres.js";
import type { SampleQuery } from "../../history/history-query.js";
import type { HistoryStore } from "../../history/history-store.js";
import { PostgresSamples } from "../../history/postgres-samples.js";
import type { MachineQuery } from "../../machines/machine-query.js";
import type { StatusLimits } from "../../machines/machine-status.js";
import type { AcceptedReport, FleetStore } from "../fleet-store.js";
import { ask } from "./ask.js";
import { mapInSlices } from "./map-in-slices.js";
import { PostgresMachines } from "./postgres-machines.js";
import { PostgresReportWriter } from "./postgres-report-writer.js";
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

const CHECK = "SELECT current_setting('transaction_read_only') AS read_only, (SELECT id FROM machines LIMIT 1)";
const TAKES_NO_WRITES = "PostgreSQL takes no writes: it is a standby, or set to be only read";
const REMOVE = "DELETE FROM machines WHERE machine_id = $1";

/**
 * The fleet on PostgreSQL, whose schema is up to date. Reports have connections of their own, so that no long summary
 * delays them. Documents are sealed and opened here, a little at a time beside the event loop's other work.
 */
export class PostgresFleetStore implements FleetStore {
  private readonly writing: pg.Pool;
  private readonly reading: pg.Pool;
  private readonly writer: PostgresReportWriter;
  private readonly machineRows: PostgresMachines;
  private readonly sampleRows: PostgresSamples;
  readonly history: HistoryStore = {
    samples: (machineId: string, query: SampleQuery) => this.samples(machineId, query),
    rollups: () => Promise.resolve([]),
    upkeep: () => Promise.resolve(false),
  };

  constructor(private readonly options: PostgresFleetOptions) {
    const { url, cipher } = options;
    this.writing = openPostgres(url, { purpose: "reports", max: WRITING_CONNECTIONS });
    this.reading = openPostgres(url, { purpose: "reads", max: READING_CONNECTIONS });
    this.writer = new PostgresReportWriter(this.writing, cipher, options);
    this.machineRows = new PostgresMachines(this.reading, cipher);
    this.sampleRows = new PostgresSamples(this.reading, this.writing);
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

  conflictsSince() {
    return Promise.resolve([]);
  }

  private async samples(machineId: string, query: SampleQuery) {
    const samples = await this.sampleRows.read(storableText(machineId), query);
    if (samples === null) return null;
    const { cipher } = this.options;
    return mapInSlices(samples, (sample) => ({
      ...sample,
      metrics: sample.metrics === null ? null : cipher.open(sample.metrics),
    }));
  }

  summary(now: number, limits: StatusLimits, overPercent: number) {
    return readSummary(this.reading, now, limits, overPercent);
  }

  async remove(machineId: string) {
    const id = storableText(machineId);
    await this.sampleRows.forget(id);
    return ((await ask(this.writing, REMOVE, [id])).rowCount ?? 0) > 0;
  }

  /** Not behind the readers: a server that is slow for them still takes reports. One that takes no writes cannot. */
  async check() {
    const { rows } = await ask<{ read_only: string }>(this.writing, CHECK);
    if (rows[0]?.read_only !== "off") throw new BackendUnavailableError("database", new Error(TAKES_NO_WRITES));
  }

  async close() {
    await Promise.all([closePostgres(this.writing), closePostgres(this.reading)]);
  }
}
