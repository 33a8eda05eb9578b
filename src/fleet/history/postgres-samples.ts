import type pg from "pg";
import { ask } from "../store/postgres/ask.js";
import type { SampleQuery, StoredSample } from "./history-query.js";

interface SampleRow {
  /** Null in the only row of a machine without samples. */
  readonly ts: number | null;
  readonly cpu_percent: number | null;
  readonly memory_percent: number | null;
  readonly disk_percent: number | null;
  readonly load_1: number | null;
  readonly bytes_sent: number | null;
  readonly bytes_received: number | null;
  readonly processes: number | null;
  readonly metrics: string | null;
}

/** Whole samples beyond this are left out of an answer; their figures stay. */
const MAX_ANSWER_BYTES = 4_000_000;

/** The sizes are added up without reading the samples, so that those beyond the limit never leave the server. */
const NEWEST = `
  SELECT n.*, n.at::float8 AS ts, CASE WHEN n.bytes <= ${MAX_ANSWER_BYTES} THEN
    (SELECT d.metrics FROM sample_details d WHERE d.machine = m.id AND d.ts = n.at) END AS metrics
  FROM machines m LEFT JOIN LATERAL (
    SELECT s.ts AS at, s.cpu_percent, s.memory_percent, s.disk_percent, s.load_1, s.bytes_sent, s.bytes_received,
      s.processes, sum(coalesce(octet_length(d.metrics), 0)) OVER (ORDER BY s.ts DESC ROWS UNBOUNDED PRECEDING) AS bytes
    FROM (SELECT * FROM samples WHERE machine = m.id AND ts BETWEEN $2 AND $3 ORDER BY ts DESC LIMIT $4) s
    LEFT JOIN sample_details d ON d.machine = m.id AND d.ts = s.ts
  ) n ON true
  WHERE m.machine_id = $1 ORDER BY n.at`;

/** So few at a time that each statement ends well within its time limit, whatever the disk. */
const FORGET_AT_ONCE = 2_000;

/** The tables of history on PostgreSQL; the procedure `fleet_commit_reports` writes them. */
export class PostgresSamples {
  constructor(
    private readonly reading: pg.Pool,
    private readonly writing: pg.Pool,
  ) {}

  /** The newest samples of a machine, oldest first; `metrics` is still sealed. Null where there is no such machine. */
  async read(machineId: string, { from, to, limit }: SampleQuery): Promise<StoredSample[] | null> {
    const { rows } = await ask<SampleRow>(this.reading, NEWEST, [machineId, Math.ceil(from), Math.floor(to), limit]);
    return rows.length === 0 ? null : rows.flatMap((row) => (row.ts === null ? [] : [sampleOf(row, row.ts)]));
  }

  /** Removes a machine's history piece by piece: with the machine itself it could be too much for one statement. */
  async forget(machineId: string): Promise<void> {
    for (const table of ["sample_details", "samples"]) {
      const machine = "machine = (SELECT id FROM machines WHERE machine_id = $1)";
      const oldest = `DELETE FROM ${table} WHERE ${machine} AND ts <= (SELECT max(ts) FROM (
        SELECT ts FROM ${table} WHERE ${machine} ORDER BY ts LIMIT ${FORGET_AT_ONCE}) AS oldest)`;
      let removed: number;
      do removed = (await ask(this.writing, oldest, [machineId])).rowCount ?? 0;
      while (removed >= FORGET_AT_ONCE);
    }
  }
}

function sampleOf(row: SampleRow, at: number): StoredSample {
  return {
    at,
    figures: {
      cpu: row.cpu_percent,
      memory: row.memory_percent,
      disk: row.disk_percent,
      load1: row.load_1,
      bytesSent: row.bytes_sent,
      bytesReceived: row.bytes_received,
      processes: row.processes,
    },
    metrics: row.metrics,
  };
}
