import type pg from "pg";
import type { DocumentCipher } from "../../database/document-cipher.js";
import type { Fence } from "../../database/leases/lease.js";
import { mapInSlices } from "../../common/map-in-slices.js";
import { storableText } from "../store/postgres/storable-text.js";
import type { RollupQuery, SampleQuery } from "./history-query.js";
import type { HistoryLimits, HistoryStore } from "./history-store.js";
import { readRollups } from "./postgres-rollups.js";
import { PostgresSamples } from "./postgres-samples.js";
import { readTrends } from "./postgres-trends.js";
import { PostgresUpkeep } from "./postgres-upkeep.js";
import type { TrendQuery } from "./trend.js";

/** The past of machines on PostgreSQL; the procedure `fleet_commit_reports_2` adds to it. */
export class PostgresHistory implements HistoryStore {
  private readonly sampleRows: PostgresSamples;
  private readonly chores: PostgresUpkeep;

  constructor(
    private readonly reading: pg.Pool,
    upkeep: pg.Pool,
    private readonly cipher: DocumentCipher,
  ) {
    this.sampleRows = new PostgresSamples(reading);
    this.chores = new PostgresUpkeep(upkeep);
  }

  async samples(machineId: string, query: SampleQuery) {
    const samples = await this.sampleRows.read(storableText(machineId), query);
    if (samples === null) return null;
    return mapInSlices(samples, (sample) => ({
      ...sample,
      metrics: sample.metrics === null ? null : this.cipher.open(sample.metrics),
    }));
  }

  rollups(machineId: string, query: RollupQuery) {
    return readRollups(this.reading, storableText(machineId), query);
  }

  trends(machineIds: readonly string[], query: TrendQuery) {
    return readTrends(this.reading, machineIds, query);
  }

  upkeep(now: number, limits: HistoryLimits, fence: Fence) {
    return this.chores.step(now, limits, fence);
  }
}
