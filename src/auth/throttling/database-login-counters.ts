import type { DataSource } from "typeorm";
import { askDatabase } from "../../database/ask-database.js";
import type { DatabaseClock } from "../../database/database-clock.js";
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
export class DatabaseLoginCounters implements LoginCounters {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: DatabaseClock,
  ) {}

  async read(keys: readonly string[]): Promise<(Counter | null)[]> {
    const nowMs = this.clock.nowMs();
    const rows = await askDatabase(
      () => this.dataSource.sql<Row[]>`
        SELECT key, count, expires_at FROM login_attempts WHERE key IN (${() => [...keys]}) AND expires_at > ${nowMs}`,
    );
    const found = new Map(rows.map((row) => [row.key, { count: row.count, endsInMs: row.expires_at - nowMs }]));
    return keys.map((key) => found.get(key) ?? null);
  }

  async increment(changes: readonly CounterChange[]): Promise<number[]> {
    const nowMs = this.clock.nowMs();
    const counted = await this.insert(
      changes,
      nowMs,
      (now) => `count = CASE WHEN login_attempts.expires_at > ${now()} THEN login_attempts.count + excluded.count
        ELSE excluded.count END,
        expires_at = CASE WHEN login_attempts.expires_at > ${now()} THEN login_attempts.expires_at
          ELSE excluded.expires_at END`,
    );
    await this.removeEnded(nowMs);
    const counts = new Map(counted.map(({ key, count }) => [key, count]));
    return changes.map(({ key }) => {
      const count = counts.get(key);
      if (count === undefined) throw new Error("the database did not return a login counter");
      return count;
    });
  }

  async start(changes: readonly CounterChange[]): Promise<void> {
    const anew = changes.map(({ key, seconds }) => ({ key, seconds }));
    await this.insert(anew, this.clock.nowMs(), () => "count = excluded.count, expires_at = excluded.expires_at");
  }

  async remove(keys: readonly string[]): Promise<void> {
    await askDatabase(() => this.dataSource.sql`DELETE FROM login_attempts WHERE key IN (${() => [...keys]})`);
  }

  /** The database is not ours to close. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Begins every counter, or changes the one that is there as `change` says; `now` stands for the time. */
  private insert(
    changes: readonly CounterChange[],
    nowMs: number,
    change: (now: () => string) => string,
  ): Promise<Row[]> {
    const values: unknown[] = [];
    const place = (value: unknown): string => {
      values.push(value);
      return this.dataSource.driver.createParameter("", values.length - 1);
    };
    const rows = changes.map(
      ({ key, seconds, by = 1 }) => `(${place(key)}, ${place(by)}, ${place(nowMs + seconds * 1000)})`,
    );
    const statement = `INSERT INTO login_attempts (key, count, expires_at) VALUES ${rows.join(", ")}
      ON CONFLICT (key) DO UPDATE SET ${change(() => place(nowMs))} RETURNING key, count, expires_at`;
    return askDatabase(() => this.dataSource.query<Row[]>(statement, [...values]));
  }

  /** PostgreSQL passes over rows that another node holds: waiting for them in another order would end in a deadlock. */
  private async removeEnded(nowMs: number): Promise<void> {
    const rowLock = this.dataSource.options.type === "postgres" ? "FOR UPDATE SKIP LOCKED" : "";
    await askDatabase(
      () => this.dataSource.sql`
        DELETE FROM login_attempts WHERE expires_at <= ${nowMs} AND key IN (
          SELECT key FROM login_attempts WHERE expires_at <= ${nowMs} LIMIT ${REMOVE_AT_ONCE} ${() => rowLock})`,
    );
  }
}
