import Database from "better-sqlite3";
import { dirname } from "node:path";
import { DocumentCipher } from "../../../database/document-cipher.js";
import { journalModeOf } from "../../../database/journal-mode.js";
import { prepareConnection } from "../../../database/sqlite-file.js";
import type { Operations } from "../../../database/worker-protocol.js";
import type { SampleQuery, StoredSample } from "../../history/history-query.js";
import { SqliteSamples } from "../../history/sqlite-samples.js";
import type { MachineQuery } from "../../machines/machine-query.js";
import type { StatusLimits } from "../../machines/machine-status.js";
import type { AcceptedReport, FleetFigures, MachinePage, StoredMachine } from "../fleet-store.js";
import { SqliteMachines } from "./sqlite-machines.js";
import { SqliteReportWriter } from "./sqlite-report-writer.js";
import { SqliteSummary } from "./sqlite-summary.js";

/** What a worker thread needs to open its own connection. */
export interface SqliteFleetOptions {
  readonly path: string;
  readonly keys: readonly string[];
  readonly detailIntervalMs: number;
  readonly repeatWindowMs: number;
}

/** How long a statement waits for another process's lock: less than the 2 s after which load balancers try elsewhere. */
const LOCK_WAIT_MS = 1_500;

export interface SqliteFleetOperations extends Operations {
  /** Seals with the key of this id, or not at all. */
  commit(reports: readonly AcceptedReport[], sealingKey: string | undefined): void;
  machines(query: MachineQuery, now: number, limits: StatusLimits): MachinePage;
  machine(machineId: string, serialHash: string): StoredMachine | null;
  samples(machineId: string, query: SampleQuery): readonly StoredSample[] | null;
  summary(now: number, limits: StatusLimits, overPercent: number): FleetFigures;
  remove(machineId: string): boolean;
  check(): void;
}

/** The fleet's hot statements on one SQLite connection, all synchronous: they run in a worker thread. */
export function openSqliteFleet(options: SqliteFleetOptions): SqliteFleetOperations {
  const db = new Database(options.path, { timeout: LOCK_WAIT_MS, fileMustExist: true });
  prepareConnection(db, journalModeOf(dirname(options.path)));
  const cipher = new DocumentCipher(options.keys);
  const samples = new SqliteSamples(db, options.detailIntervalMs);
  const writer = new SqliteReportWriter(db, samples, cipher, options.repeatWindowMs);
  const machines = new SqliteMachines(db, cipher);
  const summary = new SqliteSummary(db);
  const internalId = db.prepare<unknown[], { id: number }>("SELECT id FROM machines WHERE machine_id = ?");
  const remove = db.prepare("DELETE FROM machines WHERE machine_id = ?");
  const check = db.prepare("SELECT count(*) FROM settings");

  return {
    commit: (reports, sealingKey) => {
      cipher.sealWith(sealingKey);
      writer.commit(reports);
    },
    machines: (query, now, limits) => machines.page(query, now, limits),
    machine: (machineId, serialHash) => machines.find(machineId, serialHash),
    samples: (machineId, query) => {
      const machine = internalId.get(machineId);
      if (!machine) return null;
      return samples
        .read(machine.id, query)
        .map((sample) => ({ ...sample, metrics: sample.metrics === null ? null : cipher.open(sample.metrics) }));
    },
    summary: (now, limits, overPercent) => summary.read(now, limits, overPercent),
    remove: (machineId) => remove.run(machineId).changes > 0,
    check: () => {
      check.get();
    },
  };
}
