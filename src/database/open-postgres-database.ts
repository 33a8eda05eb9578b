import type { DataSource, DataSourceOptions, QueryRunner } from "typeorm";
import { setTimeout as sleep } from "node:timers/promises";
import { explainFailure } from "../common/explain-failure.js";
import { ConfigError } from "../config/config-error.js";
import type { DocumentCipher } from "./document-cipher.js";
import { assertKeyFits } from "./key-check.js";
import { migratePostgres } from "./migrate-postgres.js";
import { postgresMigrations } from "./migrations/postgres-migrations.js";
import { PostgresConnectionLog } from "./postgres-connection-log.js";
import { PostgresDataSource } from "./postgres-data-source.js";
import { isPostgresRefusal, isPostgresUnavailable, postgresCode } from "./postgres-failure.js";

/** What an operator has to do about an error at the start, by its SQLSTATE. */
const fixes = new Map([
  ["28P01", "correct the user name or the password"],
  ["28000", "let this user in from this host (pg_hba.conf)"],
  ["3D000", "create the database, or name another"],
  ["42501", "give the user that right; to make its tables it needs CREATE on the schema"],
  ["42P07", "give the fleet a database of its own"],
]);
const OTHER_FIX = "check the address, sslmode and sslrootcert";

type Entities = NonNullable<DataSourceOptions["entities"]>;

const SETTING = "server.db_url";
const PURPOSE = "database";
/** Reports have connections of their own; these are for logins, settings, events and the like. */
const CONNECTIONS = 4;
/** An index over a long history takes its time, and the other nodes wait for the one that makes it. */
const MIGRATION_TIMEOUT_MS = 3_600_000;
const TRY_AGAIN_AFTER_MS = 1_000;

/**
 * Opens the PostgreSQL database at `url` and brings its schema up to date, waiting for a server that is away as long as it
 * takes. Nothing is written to a database whose key check this node's keys do not open (WrongDatabaseKeyError). Throws
 * ConfigError, naming the setting and no secret, for what only an operator can mend: a refused password, a missing
 * database or right, a certificate that does not fit.
 */
export async function openPostgresDatabase(
  url: string,
  entities: Entities,
  cipher: DocumentCipher,
): Promise<DataSource> {
  const log = new PostgresConnectionLog(PURPOSE);
  for (;;) {
    try {
      await prepare(url, cipher, log);
      const dataSource = await connect(
        new PostgresDataSource(url, { purpose: PURPOSE, setting: SETTING, max: CONNECTIONS, log }, { entities }),
      );
      log.found();
      return dataSource;
    } catch (error) {
      if (isPostgresRefusal(error) || fixes.has(postgresCode(error))) throw refusal(error);
      if (!isPostgresUnavailable(error)) throw error;
      log.lost(error);
      await sleep(TRY_AGAIN_AFTER_MS * (0.5 + Math.random()));
    }
  }
}

/** On a connection of its own, because the others' limits are for short statements. */
async function prepare(url: string, cipher: DocumentCipher, log: PostgresConnectionLog): Promise<void> {
  const limits = { purpose: PURPOSE, setting: SETTING, max: 1, statementTimeoutMs: MIGRATION_TIMEOUT_MS, log };
  const dataSource = await connect(new PostgresDataSource(url, limits, { migrations: postgresMigrations }));
  try {
    await migratePostgres(dataSource, async (runner) => {
      await assertUnicode(runner);
      const keyCheck = await findKeyCheck(runner);
      if (keyCheck !== undefined) assertKeyFits(cipher, keyCheck);
    });
  } finally {
    await dataSource.destroy();
  }
}

async function connect(dataSource: PostgresDataSource): Promise<PostgresDataSource> {
  try {
    await dataSource.initialize();
    return dataSource;
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}

/** A database in another encoding refuses names that it cannot write, one report or login at a time. */
async function assertUnicode(runner: QueryRunner): Promise<void> {
  const rows = (await runner.query("SHOW server_encoding")) as { server_encoding: string }[];
  const encoding = rows[0]?.server_encoding;
  if (encoding === "UTF8") return;
  throw mistake(
    `the database's encoding is ${encoding ?? "unknown"}: make one with ENCODING 'UTF8' TEMPLATE template0`,
  );
}

async function findKeyCheck(runner: QueryRunner): Promise<string | undefined> {
  const tables = (await runner.query("SELECT to_regclass('settings') AS settings")) as { settings: string | null }[];
  if (tables[0]?.settings == null) return undefined;
  const rows = (await runner.query("SELECT value FROM settings WHERE name = 'key_check'")) as { value: string }[];
  return rows[0]?.value;
}

function refusal(error: unknown): ConfigError {
  const fix = fixes.get(postgresCode(error)) ?? OTHER_FIX;
  return mistake(`PostgreSQL cannot be used like this: ${explainFailure(error)}; ${fix}`);
}

function mistake(message: string): ConfigError {
  return new ConfigError([{ file: SETTING, key: "", message }]);
}
