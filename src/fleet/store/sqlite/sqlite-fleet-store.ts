import type { DocumentCipher } from "../../../database/document-cipher.js";
import { WorkerCalls } from "../../../database/worker-calls.js";
import type { SampleQuery } from "../../history/history-query.js";
import type { HistoryStore } from "../../history/history-store.js";
import type { MachineQuery } from "../../machines/machine-query.js";
import type { StatusLimits } from "../../machines/machine-status.js";
import type { AcceptedReport, FleetStore } from "../fleet-store.js";
import type { SqliteFleetOperations, SqliteFleetOptions } from "./sqlite-fleet.js";

/**
 * The fleet on SQLite: one worker thread commits, another reads, each on a connection of its own. A long summary
 * delays no report, and sealing runs beside the event loop.
 */
export class SqliteFleetStore implements FleetStore {
  readonly history: HistoryStore;
  private readonly writer: WorkerCalls<SqliteFleetOperations>;
  private readonly reader: WorkerCalls<SqliteFleetOperations>;

  /** `documents` says which key seals; the threads have the keys themselves. */
  constructor(
    options: SqliteFleetOptions,
    private readonly documents: Pick<DocumentCipher, "sealingKey">,
  ) {
    const script = new URL("./sqlite-fleet.worker.js", import.meta.url);
    this.writer = new WorkerCalls(script, options);
    this.reader = new WorkerCalls(script, options);
    this.history = {
      samples: (machineId: string, query: SampleQuery) => this.reader.call("samples", machineId, query),
      rollups: () => Promise.resolve([]),
      upkeep: () => Promise.resolve(false),
    };
  }

  commit(reports: readonly AcceptedReport[]) {
    return this.writer.call("commit", reports, this.documents.sealingKey);
  }

  machines(query: MachineQuery, now: number, limits: StatusLimits) {
    return this.reader.call("machines", query, now, limits);
  }

  machine(machineId: string, serialHash: string) {
    return this.reader.call("machine", machineId, serialHash);
  }

  conflictsSince() {
    return Promise.resolve([]);
  }

  summary(now: number, limits: StatusLimits, overPercent: number) {
    return this.reader.call("summary", now, limits, overPercent);
  }

  remove(machineId: string) {
    return this.writer.call("remove", machineId);
  }

  /** Asks the reader: behind a lock the writer answers late, which its reports are told and no load balancer can mend. */
  check() {
    return this.reader.call("check");
  }

  async close() {
    await Promise.all([this.writer.close(), this.reader.close()]);
  }
}
