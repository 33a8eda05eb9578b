import type pg from "pg";
import { ask } from "../store/postgres/ask.js";
import { storableText } from "../store/postgres/storable-text.js";
import type { FigureLimits, MachineWatch, WatchedMachine } from "./machine-watch.js";

// Milliseconds are exact as float8, which the driver reads as numbers.
const columns = `machine_id AS "machineId", last_seen::float8 AS "lastSeen", cpu_percent AS cpu, memory_percent AS memory,
  disk_percent AS disk`;

const ABOVE = `SELECT ${columns} FROM machines
  WHERE last_seen >= $1 AND (cpu_percent > $2 OR memory_percent > $3 OR disk_percent > $4)
  ORDER BY greatest(cpu_percent, memory_percent, disk_percent) DESC LIMIT $5`;
const LOST = `SELECT ${columns} FROM machines WHERE last_seen BETWEEN $1 AND $2 ORDER BY last_seen, machine_id LIMIT $3`;
const LOST_COUNT = "SELECT count(*)::int AS n FROM machines WHERE last_seen BETWEEN $1 AND $2";
const BY_IDS = `SELECT ${columns} FROM machines WHERE machine_id = ANY ($1)`;

/** The watch over a fleet on PostgreSQL, which reads the whole table: it has no index on what every report changes. */
export class PostgresWatch implements MachineWatch {
  constructor(private readonly pool: pg.Pool) {}

  async above({ cpu, memory, disk }: FigureLimits, seenSince: number, limit: number): Promise<WatchedMachine[]> {
    return (await ask<WatchedMachine>(this.pool, ABOVE, [Math.ceil(seenSince), cpu, memory, disk, limit])).rows;
  }

  async lostBetween(from: number, to: number, limit: number): Promise<WatchedMachine[]> {
    return (await ask<WatchedMachine>(this.pool, LOST, [Math.ceil(from), Math.floor(to), limit])).rows;
  }

  async countLost(from: number, to: number): Promise<number> {
    return (await ask<{ n: number }>(this.pool, LOST_COUNT, [Math.ceil(from), Math.floor(to)])).rows[0]?.n ?? 0;
  }

  async of(machineIds: readonly string[]): Promise<WatchedMachine[]> {
    return (await ask<WatchedMachine>(this.pool, BY_IDS, [machineIds.map(storableText)])).rows;
  }
}
