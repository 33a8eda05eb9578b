import type Database from "better-sqlite3";
import { DetailIntervals } from "./detail-intervals.js";
import type { Figures } from "./figures.js";
import type { SampleQuery, StoredSample } from "./history-query.js";
import { LATE_AFTER_MS, SLOT_MS, slotOf } from "./slots.js";

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

/** Raw history on SQLite: the figures of every sample, and the whole sample now and then. */
export class SqliteSamples {
  private readonly insertSample: Database.Statement;
  private readonly noteLate: Database.Statement;
  private readonly detailBetween: Database.Statement;
  private readonly insertDetail: Database.Statement;
  private readonly bounds: Database.Statement<unknown[], { oldest: number | null; newest: number | null }>;
  private readonly newestOfSlot: Database.Statement<unknown[], SampleRow>;
  private readonly details: DetailIntervals<number>;

  constructor(db: Database.Database, detailIntervalMs: number) {
    this.details = new DetailIntervals(detailIntervalMs);
    this.insertSample = db.prepare(
      `INSERT INTO history_samples (slot, machine, ts, cpu_percent, memory_percent, disk_percent, load_1, bytes_sent,
         bytes_received, processes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    );
    this.noteLate = db.prepare("INSERT INTO history_late (slot, machine) VALUES (?, ?)");
    this.detailBetween = db.prepare(
      "SELECT 1 FROM history_details WHERE slot = ? AND machine = ? AND ts >= ? AND ts < ? LIMIT 1",
    );
    this.insertDetail = db.prepare("INSERT INTO history_details (slot, machine, ts, metrics) VALUES (?, ?, ?, ?)");
    this.bounds = db.prepare(
      "SELECT (SELECT min(slot) FROM history_samples) AS oldest, (SELECT max(slot) FROM history_samples) AS newest",
    );
    this.newestOfSlot = db.prepare(
      `SELECT s.*, d.metrics FROM history_samples s
       LEFT JOIN history_details d ON d.slot = s.slot AND d.machine = s.machine AND d.ts = s.ts
       WHERE s.slot = ? AND s.machine = ? AND s.ts BETWEEN ? AND ? ORDER BY s.ts DESC LIMIT ?`,
    );
  }

  /** Adds one sample; false when there is one of this time already. */
  add(machine: number, at: number, figures: Figures): boolean {
    const { cpu, memory, disk, load1, bytesSent, bytesReceived, processes } = figures;
    const slot = slotOf(at);
    const { changes } = this.insertSample.run(
      slot,
      machine,
      at,
      cpu,
      memory,
      disk,
      load1,
      bytesSent,
      bytesReceived,
      processes,
    );
    if (changes === 0) return false;
    // By the clock of this moment, not of the report's arrival: the process may have been frozen in between.
    if ((slot + 1) * SLOT_MS + LATE_AFTER_MS < Date.now()) this.noteLate.run(slot, machine);
    return true;
  }

  /** Whether no whole sample of the machine's detail interval is kept yet. */
  wantsDetail(machine: number, at: number): boolean {
    if (this.details.isKept(machine, at)) return false;
    const { from, end } = this.details.around(at);
    for (let slot = slotOf(from); slot <= slotOf(end - 1); slot++) {
      if (this.detailBetween.get(slot, machine, from, end)) {
        this.details.note(machine, at);
        return false;
      }
    }
    return true;
  }

  addDetail(machine: number, at: number, sealedMetrics: string): void {
    this.insertDetail.run(slotOf(at), machine, at, sealedMetrics);
    this.details.note(machine, at);
  }

  /** After a transaction that was rolled back: what was added in it is not there. */
  forgetAdded(): void {
    this.details.forget();
  }

  /** The newest samples of a machine, oldest first; `metrics` is still sealed. */
  read(machine: number, { from, to, limit }: SampleQuery): StoredSample[] {
    const { oldest, newest } = this.bounds.get() ?? { oldest: null, newest: null };
    if (oldest === null || newest === null) return [];
    const samples: StoredSample[] = [];
    let characters = 0;
    for (let slot = Math.min(slotOf(to), newest); slot >= Math.max(slotOf(from), oldest); slot--) {
      for (const row of this.newestOfSlot.iterate(slot, machine, from, to, limit - samples.length)) {
        characters += row.metrics?.length ?? 0;
        samples.push(sampleOf(row, characters <= MAX_ANSWER_CHARACTERS));
      }
      if (samples.length === limit) break;
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
