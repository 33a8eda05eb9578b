import { Injectable, type OnApplicationShutdown } from "@nestjs/common";
import type Database from "better-sqlite3";
import { dirname } from "node:path";
import { DataSource, type EntityManager } from "typeorm";
import { journalModeOf } from "./journal-mode.js";
import { askDatabase } from "./ask-database.js";
import { prepareConnection } from "./sqlite-file.js";

/** Locks of a process that was frozen or cut off inside a transaction: PostgreSQL ends its session after so long. */
const IDLE_LIMIT_MS = 5_000;

/**
 * Transactions of several statements, all kept or none. On PostgreSQL each has a connection of the pool. On SQLite the
 * main thread has one connection, in which statements of others would slip into the transaction and share its fate; so
 * there transactions have a second connection and run one after the other.
 */
@Injectable()
export class Transactions implements OnApplicationShutdown {
  private opened: Promise<DataSource> | undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly main: DataSource) {}

  /**
   * Runs `work`, which may be called again where others were in the way and nothing of it was kept, and must begin with a
   * write: a transaction that has read first may not get SQLite's lock later. What `work` writes must go through the manager that
   * it is given: any other connection would wait for this one. Throws BackendUnavailableError.
   */
  run<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    if (this.main.options.type === "better-sqlite3") return this.afterOthers(() => this.onSqlite(work));
    return askDatabase(() =>
      this.main.transaction(async (manager) => {
        await manager.query(`SET LOCAL idle_in_transaction_session_timeout = ${IDLE_LIMIT_MS}`);
        return work(manager);
      }),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.last;
    const dataSource = await this.opened?.catch(() => undefined);
    this.opened = undefined;
    await dataSource?.destroy();
  }

  private afterOthers<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.last.then(run);
    this.last = turn.catch(() => undefined);
    return turn;
  }

  private onSqlite<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return askDatabase(async () => (await this.secondConnection()).transaction(work));
  }

  private secondConnection(): Promise<DataSource> {
    this.opened ??= openBeside(this.main).catch((error: unknown) => {
      this.opened = undefined;
      throw error;
    });
    return this.opened;
  }
}

async function openBeside(main: DataSource): Promise<DataSource> {
  const { options } = main;
  if (options.type !== "better-sqlite3") throw new Error("only SQLite needs a second connection");
  const dataSource = new DataSource({ ...options, migrations: [] });
  await dataSource.initialize();
  const { databaseConnection } = dataSource.driver as unknown as { databaseConnection: Database.Database };
  try {
    prepareConnection(databaseConnection, journalModeOf(dirname(options.database)));
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
  return dataSource;
}
