import type { Queryable } from "./postgres-days.js";

/** How far upkeep has come with what is named; kept in the transaction that does the work. */
export class PostgresProgress {
  constructor(private readonly database: Queryable) {}

  async read(name: string): Promise<number | undefined> {
    const { rows } = await this.database.query<{ value: number }>(
      "SELECT value::float8 AS value FROM history_progress WHERE name = $1",
      [name],
    );
    return rows[0]?.value;
  }

  async write(name: string, value: number): Promise<void> {
    await this.database.query(
      "INSERT INTO history_progress (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      [name, value],
    );
  }

  async clear(name: string): Promise<void> {
    await this.database.query("DELETE FROM history_progress WHERE name = $1", [name]);
  }

  /** The first of those whose names begin so, in the order of their names. */
  async first(prefix: string): Promise<{ name: string; value: number } | undefined> {
    const { rows } = await this.database.query<{ name: string; value: number }>(
      `SELECT name, value::float8 AS value FROM history_progress WHERE starts_with(name, $1) ORDER BY name COLLATE "C" LIMIT 1`,
      [prefix],
    );
    return rows[0];
  }
}
