import Database from "better-sqlite3";
import { dirname } from "node:path";
import type { Fence } from "../../../database/leases/lease.js";
import { DocumentCipher } from "../../../database/document-cipher.js";
import { journalModeOf } from "../../../database/journal-mode.js";
import { prepareConnection } from "../../../database/sqlite-file.js";
import type { Operations } from "../../../database/worker-protocol.js";
import type { RollupQuery, SampleQuery, StoredRollup, StoredSample } from "../../history/history-query.js";
import type { HistoryLimits } from "../../history/history-store.js";
import { Progress } from "../../history/sqlite-progress.js";
import { type RemovalCursor, SqliteRemoval } from "../../history/sqlite-removal.js";
import { SqliteRollups } from "../../history/sqlite-rollups.js";
import { SqliteSamples } from "../../history/sqlite-samples.js";
import { SqliteTrends } from "../../history/sqlite-trends.js";
import type { StoredTrend, TrendQuery } from "../../history/trend.js";
import { SqliteUpkeep, type UpkeepStep } from "../../history/sqlite-upkeep.js";
import type { FigureLimits, WatchedMachine } from "../../watch/machine-watch.js";
import { SqliteWatch } from "../../watch/sqlite-watch.js";
import type { MachineQuery } from "../../machines/machine-query.js";
import type { StatusLimits } from "../../machines/machine-status.js";
import type { AcceptedReport, FleetFigures, MachineConflict, MachinePage, StoredMachine } from "../fleet-store.js";
import type { Spread } from "../spread.js";
import { SqliteMachines } from "./sqlite-machines.js";
import { SqliteReportWriter } from "./sqlite-report-writer.js";
import { SqliteSpread } from "./sqlite-spread.js";
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
  machinesOf(machineIds: readonly string[]): StoredMachine[];
  samples(machineId: string, query: SampleQuery): readonly StoredSample[] | null;
  rollups(machineId: string, query: RollupQuery): readonly StoredRollup[] | null;
  trends(machineIds: readonly string[], query: TrendQuery): StoredTrend[];
  conflictsSince(at: number, limit: number): MachineConflict[];
  summary(now: number, limits: StatusLimits): FleetFigures;
  spread(now: number, limits: StatusLimits): Spread;
  above(limits: FigureLimits, seenSince: number, limit: number): WatchedMachine[];
  lostBetween(from: number, to: number, limit: number): WatchedMachine[];
  countLost(from: number, to: number): number;
  watched(machineIds: readonly string[]): WatchedMachine[];
  /** One step of removing a machine: where to go on; whether there was one, after the last. */
  remove(machineId: string, cursor: RemovalCursor): RemovalCursor | boolean;
  upkeep(now: number, limits: HistoryLimits, fence: Fence): UpkeepStep;
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
  const spread = new SqliteSpread(db);
  const watch = new SqliteWatch(db);
  const trends = new SqliteTrends(db);
  const rollups = new SqliteRollups(db);
  const removal = new SqliteRemoval(db, new Progress(db));
  const upkeep = new SqliteUpkeep(db);
  const internalId = db.prepare<unknown[], { id: number }>("SELECT id FROM machines WHERE machine_id = ?");
  const remove = db.prepare("DELETE FROM machines WHERE machine_id = ?");
  const removeStep = db.transaction((machineId: string, cursor: RemovalCursor) => {
    const machine = internalId.get(machineId)?.id;
    if (machine === undefined) return false;
    const next = removal.step(machine, cursor);
    if (next) return next;
    removal.finish(machine);
    return remove.run(machineId).changes > 0;
  });
  const conflicts = db.prepare<unknown[], MachineConflict>(
    "SELECT machine_id AS machineId, conflict_at AS at FROM machines WHERE conflict_at >= ? ORDER BY conflict_at DESC LIMIT ?",
  );
  const check = db.prepare("SELECT count(*) FROM settings");

  return {
    commit: (reports, sealingKey) => {
      cipher.sealWith(sealingKey);
      writer.commit(reports);
    },
    machines: (query, now, limits) => machines.page(query, now, limits),
    machine: (machineId, serialHash) => machines.find(machineId, serialHash),
    machinesOf: (machineIds) => machines.some(machineIds),
    samples: (machineId, query) => {
      const machine = internalId.get(machineId);
      if (!machine) return null;
      return samples
        .read(machine.id, query)
        .map((sample) => ({ ...sample, metrics: sample.metrics === null ? null : cipher.open(sample.metrics) }));
    },
    rollups: (machineId, query) => {
      const machine = internalId.get(machineId);
      return machine ? rollups.read(machine.id, query) : null;
    },
    trends: (machineIds, query) => trends.read(machineIds, query),
    conflictsSince: (at, limit) => conflicts.all(at, limit),
    summary: (now, limits) => summary.read(now, limits),
    spread: (now, limits) => spread.read(now, limits),
    above: (limits, seenSince, limit) => watch.above(limits, seenSince, limit),
    lostBetween: (from, to, limit) => watch.lostBetween(from, to, limit),
    countLost: (from, to) => watch.countLost(from, to),
    watched: (machineIds) => watch.of(machineIds),
    remove: (machineId, cursor) => removeStep.immediate(machineId, cursor),
    upkeep: (now, limits, fence) => upkeep.step(now, limits, fence),
    check: () => {
      check.get();
    },
  };
}
