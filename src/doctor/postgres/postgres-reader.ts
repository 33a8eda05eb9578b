import pg from "pg";
import type { Fault } from "../../common/fault.js";
import { closePostgres, openPostgres } from "../../database/open-postgres.js";
import { takenTableFault } from "../../database/postgres-faults.js";
import { withClient } from "../../database/with-client.js";
import type { ExaminedDatabase } from "../examined-database.js";

/** Catalogs of a busy server may take a while; nobody waits behind the doctor. */
const STATEMENT_TIMEOUT_MS = 10_000;

/** Where a connection has led, for people. */
export interface PostgresPlace {
  readonly address: string;
  readonly database: string;
  readonly user: string;
}

/**
 * PostgreSQL as a node would reach it, with a node's TLS and limits. Each statement is a transaction of its own that may
 * only read: behind PgBouncer a setting of the session would be another client's next.
 */
export class PostgresReader implements ExaminedDatabase {
  private pool: pg.Pool | undefined;

  /** `setting`: where the URL comes from. */
  constructor(
    private readonly url: string,
    readonly setting = "server.db_url",
  ) {}

  /** Resolves where a connection can be made. Throws the driver's error, or ConfigError for the URL's TLS parameters. */
  async connect(): Promise<void> {
    const client = await this.open().connect();
    client.release();
  }

  /** As the URL has it, whether it can be reached or not. */
  get place(): PostgresPlace {
    const {
      host,
      port,
      database = "",
      user = "",
    } = new pg.Client({ connectionString: this.url.split("?", 1)[0] ?? "" });
    return { address: `${host}:${port}`, database, user };
  }

  /** Rows of one statement. Throws the driver's error. */
  async ask<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return withClient(this.open(), async (client) => {
      await client.query("BEGIN READ ONLY");
      const { rows } = await client.query<Row>(text, [...values]);
      await client.query("ROLLBACK");
      return rows;
    });
  }

  async read<Row>(table: string, columns: readonly (keyof Row & string)[]): Promise<readonly Row[] | undefined> {
    if (!(await this.has(table))) return undefined;
    return (await this.ask(`SELECT ${columns.join(", ")} FROM ${table}`)) as readonly Row[];
  }

  async has(table: string): Promise<boolean> {
    return (await this.ask("SELECT FROM pg_class WHERE oid = to_regclass($1)", [table])).length > 0;
  }

  /** The server's clock: milliseconds since 1970 UTC. */
  async nowMs(): Promise<number> {
    const [row] = await this.ask<{ ms: number }>("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms");
    if (row === undefined) throw new Error("PostgreSQL did not tell the time");
    return row.ms;
  }

  takenTableFault(table: string): Fault {
    return takenTableFault(table);
  }

  async close(): Promise<void> {
    if (this.pool) await closePostgres(this.pool);
  }

  private open(): pg.Pool {
    this.pool ??= openPostgres(this.url, {
      purpose: "doctor",
      setting: this.setting,
      max: 1,
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    });
    return this.pool;
  }
}
