import type pg from "pg";
import { ask } from "../store/postgres/ask.js";
import type { SampleQuery, StoredSample } from "./history-query.js";
import { DAY_MS, SLOT_MS, backwards, slotOf, slotsBetween } from "./slots.js";
import { historyDays } from "./postgres-days.js";

interface MachineRow {
  readonly id: number;
  readonly last_seen: number;
}

interface SampleRow {
  readonly ts: number;
  readonly cpu_percent: number | null;
  readonly memory_percent: number | null;
  readonly disk_percent: number | null;
  readonly load_1: number | null;
  readonly bytes_sent: number | null;
  readonly bytes_received: number | null;
  readonly processes: number | null;
}

interface DetailRow {
  readonly ts: number;
  readonly metrics: string | null;
}

/** Whole samples beyond this are left out of an answer; their figures stay. */
const MAX_ANSWER_BYTES = 4_000_000;
/** No sample is later than this after its report's arrival: the agent's clock is believed up to five minutes ahead. */
const AHEAD_MS = 2 * SLOT_MS;

const MACHINE = "SELECT id, last_seen::float8 AS last_seen FROM machines WHERE machine_id = $1";

const NEWEST = `
  SELECT s.ts::float8 AS ts, s.cpu_percent, s.memory_percent, s.disk_percent, s.load_1, s.bytes_sent, s.bytes_received,
    s.processes
  FROM history_samples s WHERE s.machine = $1 AND s.slot = ANY ($2::integer[]) AND s.ts BETWEEN $3 AND $4
  ORDER BY s.ts DESC LIMIT $5`;

/** The sizes are added up without reading the samples, so that those beyond the limit never leave the server. */
const DETAILS = `
  SELECT ts::float8 AS ts, CASE WHEN bytes <= ${MAX_ANSWER_BYTES} THEN metrics END AS metrics FROM (
    SELECT d.ts, d.metrics, sum(octet_length(d.metrics)) OVER (ORDER BY d.ts DESC ROWS UNBOUNDED PRECEDING) AS bytes
    FROM unnest($2::bigint[]) AS wanted (ts) CROSS JOIN LATERAL (
      SELECT * FROM history_details d WHERE d.machine = $1 AND d.slot = (wanted.ts / ${SLOT_MS})::integer
        AND d.ts = wanted.ts AND d.ts BETWEEN $3 AND $4 OFFSET 0) AS d
  ) AS measured`;

/** The samples of machines on PostgreSQL. */
export class PostgresSamples {
  constructor(private readonly pool: pg.Pool) {}

  /** The newest samples of a machine, oldest first; `metrics` is still sealed. Null where there is no such machine. */
  async read(machineId: string, { from, to, limit }: SampleQuery): Promise<StoredSample[] | null> {
    const machine = (await ask<MachineRow>(this.pool, MACHINE, [machineId])).rows[0];
    if (!machine) return null;
    const oldestDay = (await historyDays(this.pool))[0];
    if (oldestDay === undefined) return [];
    const oldest = Math.max(Math.ceil(from), oldestDay * DAY_MS);
    const newest = Math.min(Math.floor(to), machine.last_seen + AHEAD_MS);
    const rows = await this.newest(machine.id, oldest, newest, limit);
    const whole = await this.details(machine.id, rows);
    return rows.map((row) => sampleOf(row, whole.get(row.ts) ?? null)).reverse();
  }

  /** Slot by slot downwards, so that the machine's rows are found by their key; more at a time where there are few. */
  private async newest(machine: number, oldest: number, newest: number, limit: number): Promise<SampleRow[]> {
    const found: SampleRow[] = [];
    for (const { first, last } of backwards(slotOf(oldest), slotOf(newest))) {
      const from = Math.max(first * SLOT_MS, oldest);
      const to = Math.min((last + 1) * SLOT_MS - 1, newest);
      const values = [machine, slotsBetween(first, last), from, to, limit - found.length];
      found.push(...(await ask<SampleRow>(this.pool, NEWEST, values)).rows);
      if (found.length >= limit) break;
    }
    return found;
  }

  /** The whole samples of these times that were kept, the newest first until they are too much. */
  private async details(machine: number, samples: readonly SampleRow[]): Promise<Map<number, string>> {
    const [newest, oldest] = [samples[0], samples.at(-1)];
    if (!newest || !oldest) return new Map();
    const values = [machine, samples.map(({ ts }) => ts), oldest.ts, newest.ts];
    const { rows } = await ask<DetailRow>(this.pool, DETAILS, values);
    return new Map(rows.flatMap(({ ts, metrics }) => (metrics === null ? [] : [[ts, metrics] as const])));
  }
}

function sampleOf(row: SampleRow, metrics: string | null): StoredSample {
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
    metrics,
  };
}
