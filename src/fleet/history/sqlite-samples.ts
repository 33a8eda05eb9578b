import type Database from "better-sqlite3";
import type { Figures } from "./figures.js";
import type { SampleQuery, StoredSample } from "./history-query.js";

interface SampleRow {
  ts: number;
  cpu_percent: number | null;
  memory_percent: number | null;
  disk_percent: number | null;
  load_1: number | null;
  bytes_sent: number | null;
  bytes_received: number | null;
  processes: number | null;
  metrics: string | null;
}

/** Whole samples beyond this are left out of an answer; their figures stay. */
const MAX_ANSWER_CHARACTERS = 4_000_000;

/** The tables of history on SQLite: the figures of every sample, and the whole sample now and then. */
export class SqliteSamples {
  private readonly insertSample: Database.Statement;
  private readonly detailBetween: Database.Statement;
  private readonly insertDetail: Database.Statement;
  private readonly newest: Database.Statement<unknown[], SampleRow>;

  constructor(
    db: Database.Database,
    private readonly detailIntervalMs: number,
  ) {
    this.insertSample = db.prepare(
      `INSERT INTO samples (machine, ts, cpu_percent, memory_percent, disk_percent, load_1, bytes_sent, bytes_received,
         processes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    );
    this.detailBetween = db.prepare("SELECT 1 FROM sample_details WHERE machine = ? AND ts >= ? AND ts < ? LIMIT 1");
    this.insertDetail = db.prepare("INSERT INTO sample_details (machine, ts, metrics) VALUES (?, ?, ?)");
    this.newest = db.prepare(
      `SELECT s.*, d.metrics FROM samples s LEFT JOIN sample_details d ON d.machine = s.machine AND d.ts = s.ts
       WHERE s.machine = ? AND s.ts BETWEEN ? AND ? ORDER BY s.ts DESC LIMIT ?`,
    );
  }

  /** Adds one sample; false when there is one of this time already. */
  add(machine: number, at: number, figures: Figures): boolean {
    const { cpu, memory, disk, load1, bytesSent, bytesReceived, processes } = figures;
    return (
      this.insertSample.run(machine, at, cpu, memory, disk, load1, bytesSent, bytesReceived, processes).changes === 1
    );
  }

  /** Keeps the whole sample unless one of the same machine and `detailInterval` slot is kept already. */
  addDetail(machine: number, at: number, sealedMetrics: string): void {
    const slot = this.detailIntervalMs > 0 ? Math.floor(at / this.detailIntervalMs) * this.detailIntervalMs : at;
    const slotEnd = slot + Math.max(this.detailIntervalMs, 1);
    if (!this.detailBetween.get(machine, slot, slotEnd)) this.insertDetail.run(machine, at, sealedMetrics);
  }

  /** The newest samples of a machine, oldest first; `metrics` is still sealed. */
  read(machine: number, { from, to, limit }: SampleQuery): StoredSample[] {
    const samples: StoredSample[] = [];
    let characters = 0;
    for (const row of this.newest.iterate(machine, from, to, limit)) {
      characters += row.metrics?.length ?? 0;
      samples.push(sampleOf(row, characters <= MAX_ANSWER_CHARACTERS));
    }
    return samples.reverse();
  }
}

function sampleOf(row: SampleRow, whole: boolean): StoredSample {
  return {
    at: row.ts,
    figures: {
      cpu: row.cpu_percent,
      memory: row.memory_percent,
      disk: row.disk_percent,
      load1: row.load_1,
      bytesSent: row.bytes_sent,
      bytesReceived: row.bytes_received,
      processes: row.processes,
    },
    metrics: whole ? row.metrics : null,
  };
}
