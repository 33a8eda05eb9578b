import type { Logger } from "@nestjs/common";
import type Database from "better-sqlite3";
import { dirname } from "node:path";
import { DataSource, type DataSourceOptions, QueryFailedError } from "typeorm";
import { describeFault } from "../common/fault.js";
import { BackendUnavailableError } from "../common/fleet-error.js";
import type { DocumentCipher } from "./document-cipher.js";
import { journalModeOf } from "./journal-mode.js";
import { assertKeyFits } from "./key-check.js";
import { migrateSqlite } from "./migrate-sqlite.js";
import { sqliteMigrations } from "./migrations/sqlite-migrations.js";
import { askDatabase } from "./ask-database.js";
import { networkFault, placeFault, sqliteFault } from "./sqlite-faults.js";
import { createPrivateFile, isUnavailable, prepareConnection } from "./sqlite-file.js";

/** The file cannot be used as the database: it is none, it is damaged, or it cannot be made or written. */
class UnusableDatabaseError extends Error {
  readonly code = "UNUSABLE_DATABASE";

  constructor(path: string, cause: unknown) {
    super(describeFault(placeFault(path) ?? sqliteFault(path, cause)), { cause });
    this.name = "UnusableDatabaseError";
  }
}

/** How long a statement of the main thread may block the event loop waiting for a lock; see `askDatabase`. */
const MAIN_THREAD_LOCK_WAIT_MS = 20;

/**
 * Opens the SQLite database at `path`, making it where it is missing, and brings its schema up to date. Nothing is
 * written to a database whose key check this node's keys do not open (WrongDatabaseKeyError). Throws UnusableDatabaseError,
 * which says what to do, where the file cannot be made or used.
 */
export async function openSqliteDatabase(
  path: string,
  entities: NonNullable<DataSourceOptions["entities"]>,
  cipher: DocumentCipher,
  logger: Logger,
): Promise<DataSource> {
  makeFile(path);
  const journal = journalModeOf(dirname(path));
  const slow = networkFault(journal);
  if (slow) logger.warn(describeFault(slow));
  const dataSource = new DataSource({
    type: "better-sqlite3",
    database: path,
    timeout: MAIN_THREAD_LOCK_WAIT_MS,
    entities,
    migrations: sqliteMigrations,
    migrationsTableName: "migrations",
    // Its console logger would print a migration's failure besides the sentence that ends the start.
    logger: "debug",
  });
  try {
    await dataSource.initialize();
    const keyCheck = await findKeyCheck(dataSource);
    if (keyCheck !== undefined) assertKeyFits(cipher, keyCheck);
    await askDatabase(() => {
      prepareConnection(connectionOf(dataSource), journal);
      return Promise.resolve();
    });
    await migrateSqlite(dataSource);
    return dataSource;
  } catch (error) {
    if (dataSource.isInitialized) await dataSource.destroy();
    const cause = error instanceof BackendUnavailableError ? error.cause : error;
    throw isUnavailable(cause) || isTableTaken(cause) ? new UnusableDatabaseError(path, cause) : error;
  }
}

/** SQLite has no code for it. */
function isTableTaken(error: unknown): boolean {
  return error instanceof QueryFailedError && /^SqliteError: table \w+ already exists$/.test(error.message);
}

function makeFile(path: string): void {
  try {
    createPrivateFile(path);
  } catch (error) {
    throw new UnusableDatabaseError(path, error);
  }
}

async function findKeyCheck(dataSource: DataSource): Promise<string | undefined> {
  const tables = await askDatabase(() =>
    dataSource.query<unknown[]>("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'settings'"),
  );
  if (tables.length === 0) return undefined;
  const rows = await askDatabase(() =>
    dataSource.query<{ value: string }[]>("SELECT value FROM settings WHERE name = 'key_check'"),
  );
  return rows[0]?.value;
}

function connectionOf(dataSource: DataSource): Database.Database {
  return (dataSource.driver as unknown as { databaseConnection: Database.Database }).databaseConnection;
}
