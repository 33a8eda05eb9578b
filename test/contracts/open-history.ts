import type { DataSource } from "typeorm";
import { LeaseRow } from "../../src/database/leases/lease.entity.js";
import type { Lease } from "../../src/database/leases/lease.js";
import { Leases } from "../../src/database/leases/leases.js";
import { Transactions } from "../../src/database/transactions.js";
import type { HistoryLimits } from "../../src/fleet/history/history-store.js";
import type { FleetStore } from "../../src/fleet/store/fleet-store.js";
import { DAY, HOUR, type Sample, reportAt } from "./history-samples.js";

export const keepAll: HistoryLimits = {
  rawMs: 400 * DAY,
  rawSamples: null,
  fiveMinuteMs: 400 * DAY,
  hourlyMs: 400 * DAY,
};
export const allTime = { from: 0, to: 8e15, limit: 100_000 };

/** A database in which each call of `openStore` is another node's store; its detail interval is 60 s. */
export interface HistoryDatabase {
  openStore(): FleetStore;
  open(entities: [typeof LeaseRow]): Promise<DataSource>;
}

/** The store of one test, on a database of its own, and the lease under which it keeps its history up. */
export class OpenHistory {
  /** The beginning of an hour that is over, so that nothing committed now is in time. */
  readonly hour = Math.floor(Date.now() / HOUR) * HOUR - 5 * HOUR;

  private opened: { store: FleetStore; dataSource: DataSource; lease: Lease } | undefined;

  /** From now on this database. */
  async use(database: HistoryDatabase): Promise<void> {
    const dataSource = await database.open([LeaseRow]);
    const leases = new Leases(dataSource.getRepository(LeaseRow), new Transactions(dataSource), "a node");
    const lease = await leases.acquire("history-upkeep");
    if (!lease) throw new Error("nobody else holds the lease");
    this.opened = { store: database.openStore(), dataSource, lease };
  }

  get store(): FleetStore {
    return this.database.store;
  }

  get dataSource(): DataSource {
    return this.database.dataSource;
  }

  async close(): Promise<void> {
    await this.database.lease.release({ finished: false });
    await this.store.close();
  }

  /** As many steps as there are to do; resolves with their number. */
  async keepUp(now: number, limits: Partial<HistoryLimits> = {}): Promise<number> {
    let steps = 1;
    while (
      await this.database.lease.fenced((fence) => this.store.history.upkeep(now, { ...keepAll, ...limits }, fence))
    )
      steps++;
    return steps;
  }

  async commit(machineId: string, samples: readonly Sample[]): Promise<void> {
    for (let first = 0; first < samples.length; first += 250) {
      const batch = samples.slice(first, first + 250);
      await this.store.commit(batch.map(({ sampledAt, figures }) => reportAt(machineId, sampledAt, { figures })));
    }
  }

  rollups(
    machineId: string,
    query: { resolution?: "5m" | "1h"; from?: number; to?: number; stepMs?: number } = {},
  ): ReturnType<FleetStore["history"]["rollups"]> {
    return this.store.history.rollups(machineId, { resolution: "5m", from: 0, to: 8e15, stepMs: 0, ...query });
  }

  async sampleTimes(machineId: string): Promise<number[] | undefined> {
    return (await this.store.history.samples(machineId, allTime))?.map(({ at }) => at);
  }

  async count(table: string): Promise<number> {
    const rows: { n: number | string }[] = await this.dataSource.query(`SELECT count(*) AS n FROM ${table}`);
    return Number(rows[0]?.n);
  }

  /** As if the samples had come in time. */
  async forgetLate(): Promise<void> {
    await this.dataSource.query("DELETE FROM history_late");
  }

  private get database() {
    if (!this.opened) throw new Error("there is no database yet");
    return this.opened;
  }
}
