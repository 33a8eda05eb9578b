import type { DocumentCipher } from "../../../database/document-cipher.js";
import { type Fence, LeaseLostError } from "../../../database/leases/lease.js";
import { WorkerCalls } from "../../../database/worker-calls.js";
import type { RollupQuery, SampleQuery } from "../../history/history-query.js";
import type { RemovalCursor } from "../../history/sqlite-removal.js";
import type { HistoryLimits, HistoryStore } from "../../history/history-store.js";
import type { TrendQuery } from "../../history/trend.js";
import type { FigureLimits, MachineWatch } from "../../watch/machine-watch.js";
import type { MachineQuery } from "../../machines/machine-query.js";
import type { StatusLimits } from "../../machines/machine-status.js";
import type { AcceptedReport, FleetStore } from "../fleet-store.js";
import type { SqliteFleetOperations, SqliteFleetOptions } from "./sqlite-fleet.js";

/**
 * The fleet on SQLite: one worker thread commits, another reads, a third keeps history in order, each on a connection of
 * its own. A long summary delays no report, and sealing runs beside the event loop.
 */
export class SqliteFleetStore implements FleetStore {
  readonly history: HistoryStore;
  readonly watch: MachineWatch;
  private readonly writer: WorkerCalls<SqliteFleetOperations>;
  private readonly reader: WorkerCalls<SqliteFleetOperations>;
  private readonly keeper: WorkerCalls<SqliteFleetOperations>;

  /** `documents` says which key seals; the threads have the keys themselves. */
  constructor(
    options: SqliteFleetOptions,
    private readonly documents: Pick<DocumentCipher, "sealingKey">,
  ) {
    const script = new URL("./sqlite-fleet.worker.js", import.meta.url);
    this.writer = new WorkerCalls(script, options);
    this.reader = new WorkerCalls(script, options);
    this.keeper = new WorkerCalls(script, options);
    this.watch = {
      above: (limits: FigureLimits, seenSince: number, limit: number) =>
        this.reader.call("above", limits, seenSince, limit),
      lostBetween: (from: number, to: number, limit: number) => this.reader.call("lostBetween", from, to, limit),
      countLost: (from: number, to: number) => this.reader.call("countLost", from, to),
      of: (machineIds: readonly string[]) => this.reader.call("watched", machineIds),
    };
    this.history = {
      samples: (machineId: string, query: SampleQuery) => this.reader.call("samples", machineId, query),
      rollups: (machineId: string, query: RollupQuery) => this.reader.call("rollups", machineId, query),
      trends: (machineIds: readonly string[], query: TrendQuery) => this.reader.call("trends", machineIds, query),
      upkeep: async (now: number, limits: HistoryLimits, fence: Fence) => {
        const step = await this.keeper.call("upkeep", now, limits, fence);
        if (step === "lost") throw new LeaseLostError(fence.name);
        return step === "more";
      },
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

  machinesOf(machineIds: readonly string[]) {
    return this.reader.call("machinesOf", machineIds);
  }

  conflictsSince(at: number, limit: number) {
    return this.reader.call("conflictsSince", at, limit);
  }

  summary(now: number, limits: StatusLimits) {
    return this.reader.call("summary", now, limits);
  }

  spread(now: number, limits: StatusLimits) {
    return this.reader.call("spread", now, limits);
  }

  async remove(machineId: string) {
    let step: RemovalCursor | boolean = { table: 0, range: 0 };
    while (typeof step === "object") step = await this.writer.call("remove", machineId, step);
    return step;
  }

  /** Asks the reader: behind a lock the writer answers late, which its reports are told and no load balancer can mend. */
  check() {
    return this.reader.call("check");
  }

  async close() {
    await Promise.all([this.writer.close(), this.reader.close(), this.keeper.close()]);
  }
}
