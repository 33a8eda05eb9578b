import type pg from "pg";
import { DataSource, type DataSourceOptions } from "typeorm";
import { closePostgres, openPostgres, type PostgresPoolOptions } from "./open-postgres.js";

type SchemaOptions = Pick<DataSourceOptions, "entities" | "migrations">;

/**
 * A DataSource on a pool of `openPostgres`, with its limits, certificate checks and log; to be initialized, and to be
 * closed with `destroy` also where that failed.
 */
export class PostgresDataSource extends DataSource {
  private readonly pool: pg.Pool;

  constructor(url: string, pool: PostgresPoolOptions, schema: SchemaOptions) {
    const opened = openPostgres(url, pool);
    opened.on("connect", endWhenOverdue);
    super({
      ...schema,
      type: "postgres",
      driver: { Pool: returning(opened) },
      migrationsTableName: "migrations",
      installExtensions: false,
      // Its console logger would print a migration's failure besides the sentence that ends the start.
      logger: "debug",
      // The pool's own listener has told it.
      poolErrorHandler: () => undefined,
    });
    this.pool = opened;
  }

  /** Waits for a server that does not answer the goodbye no longer than a second. */
  override async destroy(): Promise<void> {
    await closePostgres(this.pool);
  }
}

/** What TypeORM takes for the driver's class: `new` of it is the pool that is there. */
function returning(pool: pg.Pool): unknown {
  return function () {
    return pool;
  };
}

/**
 * The driver keeps a connection whose answer is overdue, and TypeORM puts it back: the next statement would wait behind
 * the one that nobody waits for any more, for as long as the network keeps silent.
 */
function endWhenOverdue(client: pg.PoolClient): void {
  const query = client.query.bind(client) as (...input: unknown[]) => unknown;
  Object.assign(client, {
    query: (...input: unknown[]) => {
      const answer = query(...input);
      Promise.resolve(answer).catch((error: unknown) => {
        if (error instanceof Error && error.message === "Query read timeout") void endNow(client);
      });
      return answer;
    },
  });
}

/** The pool's clients are whole clients; with a statement under way `end` cuts the connection. */
async function endNow(client: pg.PoolClient): Promise<void> {
  await (client as unknown as pg.Client).end();
}
