import type { DataSource, DataSourceOptions, QueryRunner } from "typeorm";
import { setTimeout as sleep } from "node:timers/promises";
import { type Fault, describeFault } from "../common/fault.js";
import { ConfigError } from "../config/config-error.js";
import type { DocumentCipher } from "./document-cipher.js";
import { assertKeyFits } from "./key-check.js";
import { migratePostgres } from "./migrate-postgres.js";
import { postgresMigrations } from "./migrations/postgres-migrations.js";
import { PostgresConnectionLog } from "./postgres-connection-log.js";
import { PostgresDataSource } from "./postgres-data-source.js";
import { isPostgresUnavailable } from "./postgres-failure.js";
import { encodingFault, isForOperator, readOnlyFault, refusalFault, versionFault } from "./postgres-faults.js";

/** The server takes only reads. It may be a standby that is about to take over, so it is waited for. */
class ReadOnlyServerError extends Error {
  /** SQLSTATE read_only_sql_transaction, as if the first write had been refused. */
  readonly code = "25006";

  constructor() {
    super(readOnlyFault.what);
    this.name = "ReadOnlyServerError";
  }
}

type Entities = NonNullable<DataSourceOptions["entities"]>;

const SETTING = "server.db_url";
const PURPOSE = "database";
/** Reports have connections of their own; these are for logins, settings, events and the like. */
export const DATABASE_CONNECTIONS = 4;
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
        new PostgresDataSource(
          url,
          { purpose: PURPOSE, setting: SETTING, max: DATABASE_CONNECTIONS, log },
          { entities },
        ),
      );
      log.found();
      return dataSource;
    } catch (error) {
      if (isForOperator(error)) throw mistake(refusalFault(error));
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
      await assertFit(runner);
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

/** Before anything is written. */
async function assertFit(runner: QueryRunner): Promise<void> {
  const rows = (await runner.query(
    `SELECT current_setting('server_encoding') AS encoding, current_setting('server_version_num')::int AS version,
       current_setting('transaction_read_only') AS read_only`,
  )) as { encoding: string; version: number; read_only: string }[];
  const [server] = rows;
  if (!server) throw new Error("PostgreSQL did not tell its version");
  const fault = versionFault(server.version) ?? encodingFault(server.encoding);
  if (fault) throw mistake(fault);
  if (server.read_only !== "off") throw new ReadOnlyServerError();
}

async function findKeyCheck(runner: QueryRunner): Promise<string | undefined> {
  const tables = (await runner.query("SELECT to_regclass('settings') AS settings")) as { settings: string | null }[];
  if (tables[0]?.settings == null) return undefined;
  const rows = (await runner.query("SELECT value FROM settings WHERE name = 'key_check'")) as { value: string }[];
  return rows[0]?.value;
}

function mistake(fault: Fault): ConfigError {
  return new ConfigError([{ file: SETTING, key: "", message: describeFault(fault) }]);
}
