import type { DataSource } from "typeorm";
import type { DatabaseClock } from "../../database/database-clock.js";
import { retryWhileBusy } from "../../database/retry-while-busy.js";
import type { Counter, CounterChange, LoginCounters } from "./login-counters.js";

/** More than one change adds, so that what has ended goes faster than new rows come. */
const REMOVE_AT_ONCE = 20;

interface Row {
  readonly key: string;
  readonly count: number;
  readonly expires_at: number;
}

/**
 * Counters as rows of the fleet's database, which all nodes have in common wherever their sessions lie. One statement per
 * call: each is a commit, and short ones may run on the main thread.
 */
export class SqliteLoginCounters implements LoginCounters {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: DatabaseClock,
  ) {}

  async read(keys: readonly string[]): Promise<(Counter | null)[]> {
    const nowMs = this.clock.nowMs();
    const rows = await this.query<Row>(
      `SELECT key, count, expires_at FROM login_attempts WHERE key IN (${marks(keys)}) AND expires_at > ?`,
      [...keys, nowMs],
    );
    const found = new Map(rows.map((row) => [row.key, { count: row.count, endsInMs: row.expires_at - nowMs }]));
    return keys.map((key) => found.get(key) ?? null);
  }

  async increment(changes: readonly CounterChange[]): Promise<number[]> {
    const nowMs = this.clock.nowMs();
    const rows = await this.query<Row>(
      `INSERT INTO login_attempts (key, count, expires_at) VALUES ${changes.map(() => "(?, 1, ?)").join(", ")}
       ON CONFLICT (key) DO UPDATE SET
         count = CASE WHEN expires_at > ? THEN count + 1 ELSE 1 END,
         expires_at = CASE WHEN expires_at > ? THEN expires_at ELSE excluded.expires_at END
       RETURNING key, count`,
      [...rowsOf(changes, nowMs), nowMs, nowMs],
    );
    await this.removeEnded(nowMs);
    const counts = new Map(rows.map(({ key, count }) => [key, count]));
    return changes.map(({ key }) => {
      const count = counts.get(key);
      if (count === undefined) throw new Error("the database did not return a login counter");
      return count;
    });
  }

  async start(changes: readonly CounterChange[]): Promise<void> {
    await this.query(
      `INSERT OR REPLACE INTO login_attempts (key, count, expires_at)
       VALUES ${changes.map(() => "(?, 1, ?)").join(", ")}`,
      rowsOf(changes, this.clock.nowMs()),
    );
  }

  async remove(keys: readonly string[]): Promise<void> {
    await this.query(`DELETE FROM login_attempts WHERE key IN (${marks(keys)})`, keys);
  }

  /** The database is not ours to close. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  private async removeEnded(nowMs: number): Promise<void> {
    await this.query(
      `DELETE FROM login_attempts WHERE key IN (SELECT key FROM login_attempts WHERE expires_at <= ? LIMIT ?)`,
      [nowMs, REMOVE_AT_ONCE],
    );
  }

  private query<T>(statement: string, values: readonly unknown[]): Promise<T[]> {
    return retryWhileBusy(() => this.dataSource.query<T[]>(statement, [...values]));
  }
}

function marks(keys: readonly string[]): string {
  return keys.map(() => "?").join(", ");
}

function rowsOf(changes: readonly CounterChange[], nowMs: number): unknown[] {
  return changes.flatMap(({ key, seconds }) => [key, nowMs + seconds * 1000]);
}
