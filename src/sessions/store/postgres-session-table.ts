import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { closePostgres, openPostgres } from "../../database/open-postgres.js";
import type { SessionRow, SessionTable } from "./session-table.js";

export const SESSION_CONNECTIONS = 4;
/** Waiting for one of the pool's connections included, which alone may take as long. */
const GIVE_UP_AFTER_MS = 2_000;

/**
 * Statements of one message are one transaction, and the lock lasts until its end: of nodes that start together one makes
 * the table. Bytes, not text: not every character fits in every database encoding.
 */
const CREATE_TABLE = `SELECT pg_advisory_xact_lock(hashtext('fleet_sessions'));
CREATE TABLE IF NOT EXISTS fleet_sessions (key text PRIMARY KEY, text bytea NOT NULL, used_at timestamptz NOT NULL);
CREATE INDEX IF NOT EXISTS fleet_sessions_used_at ON fleet_sessions (used_at);
CREATE TABLE IF NOT EXISTS fleet_session_store (only_row integer PRIMARY KEY CHECK (only_row = 1), id text NOT NULL)`;

/** `$1` is the time to live in seconds, wherever there is one. */
const ALIVE = "used_at >= now() - make_interval(secs => $1::float8)";
const READ = `SELECT text FROM fleet_sessions WHERE key = $2 AND ${ALIVE}`;
const CREATE = `INSERT INTO fleet_sessions (key, text, used_at) VALUES ($1, $2, now())
ON CONFLICT (key) DO UPDATE SET text = EXCLUDED.text, used_at = EXCLUDED.used_at`;
const UPDATE = `UPDATE fleet_sessions SET text = $3, used_at = now() WHERE key = $2 AND ${ALIVE}`;
const RENEW = `UPDATE fleet_sessions SET used_at = now() WHERE key = $2 AND ${ALIVE}`;
const REMOVE = "DELETE FROM fleet_sessions WHERE key = $1";
// Nodes that sweep at once pass over each other's rows. ARRAY: read once, while a plain IN may be read, and so take
// `$2` rows, several times.
const REMOVE_EXPIRED = `DELETE FROM fleet_sessions WHERE key = ANY (ARRAY(
  SELECT key FROM fleet_sessions WHERE NOT (${ALIVE}) LIMIT $2 FOR UPDATE SKIP LOCKED))`;
const KEEP_ID = "INSERT INTO fleet_session_store (only_row, id) VALUES (1, $1) ON CONFLICT DO NOTHING";
const READ_ID = "SELECT id FROM fleet_session_store";
const COUNT = `SELECT count(*)::int AS count FROM (SELECT 1 FROM fleet_sessions WHERE ${ALIVE} LIMIT $2) AS alive`;
const PAGE = `SELECT key, text, greatest(extract(epoch FROM now() - used_at) * 1000, 0)::float8 AS idle_ms
FROM fleet_sessions WHERE key > $2 AND ${ALIVE} ORDER BY key LIMIT $3`;
const CHECK = "SELECT 1 FROM fleet_sessions LIMIT 1";

const UNDEFINED_TABLE = "42P01";

/**
 * Sessions in a PostgreSQL table of their own, made on first use, which end by the server's clock. The connections are
 * their own too, so that no slow query of anyone else keeps people waiting.
 */
export class PostgresSessionTable implements SessionTable {
  private readonly pool: pg.Pool;

  constructor(
    url: string,
    private readonly ttlSeconds: number,
  ) {
    this.pool = openPostgres(url, { purpose: "sessions", max: SESSION_CONNECTIONS });
  }

  async read(key: string): Promise<string | null> {
    const { rows } = await this.query<{ text: Buffer }>(READ, [this.ttlSeconds, key]);
    return rows[0]?.text.toString("utf8") ?? null;
  }

  async create(key: string, text: string): Promise<void> {
    await this.query(CREATE, [key, Buffer.from(text)]);
  }

  async update(key: string, text: string): Promise<void> {
    await this.query(UPDATE, [this.ttlSeconds, key, Buffer.from(text)]);
  }

  async renew(key: string): Promise<void> {
    await this.query(RENEW, [this.ttlSeconds, key]);
  }

  async remove(key: string): Promise<void> {
    await this.query(REMOVE, [key]);
  }

  async removeExpired(limit: number): Promise<number> {
    const { rowCount } = await this.query(REMOVE_EXPIRED, [this.ttlSeconds, limit]);
    return rowCount ?? 0;
  }

  async id(): Promise<string> {
    const kept = await this.query<{ id: string }>(READ_ID, []);
    if (kept.rows[0]) return kept.rows[0].id;
    await this.query(KEEP_ID, [randomUUID()]);
    const { rows } = await this.query<{ id: string }>(READ_ID, []);
    if (rows[0] === undefined) throw new Error("PostgreSQL did not keep the session store's id");
    return rows[0].id;
  }

  async count(limit: number): Promise<number> {
    const { rows } = await this.query<{ count: number }>(COUNT, [this.ttlSeconds, limit]);
    return rows[0]?.count ?? 0;
  }

  async page(after: string, limit: number): Promise<SessionRow[]> {
    const { rows } = await this.query<{ key: string; text: Buffer; idle_ms: number }>(PAGE, [
      this.ttlSeconds,
      after,
      limit,
    ]);
    return rows.map(({ key, text, idle_ms }) => ({ key, text: text.toString("utf8"), idleMs: idle_ms }));
  }

  async check(): Promise<void> {
    await this.query(CHECK, []);
  }

  async close(): Promise<void> {
    await closePostgres(this.pool);
  }

  private async query<Row extends pg.QueryResultRow>(text: string, values: unknown[]): Promise<pg.QueryResult<Row>> {
    const answered = new AbortController();
    const tooLate = sleep(GIVE_UP_AFTER_MS, undefined, { signal: answered.signal, ref: false }).then(() => {
      throw new Error(`PostgreSQL did not answer within ${GIVE_UP_AFTER_MS} ms`);
    });
    const answer = this.queryTable<Row>(text, values);
    try {
      return await Promise.race([answer, tooLate]);
    } finally {
      answered.abort();
      // Whichever comes second has nobody left to tell.
      for (const late of [answer, tooLate]) late.catch(() => undefined);
    }
  }

  /** The table is looked for by using it: where it exists the role needs no right to create any. */
  private async queryTable<Row extends pg.QueryResultRow>(
    text: string,
    values: unknown[],
  ): Promise<pg.QueryResult<Row>> {
    try {
      return await this.pool.query<Row>(text, values);
    } catch (error) {
      if (!isUndefinedTable(error)) throw error;
      await this.pool.query(CREATE_TABLE);
      return this.pool.query<Row>(text, values);
    }
  }
}

function isUndefinedTable(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === UNDEFINED_TABLE;
}
