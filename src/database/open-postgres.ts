import pg from "pg";
import { setTimeout as sleep } from "node:timers/promises";
import { ConfigError } from "../config/config-error.js";
import { PostgresConnectionLog, watchedClient } from "./postgres-connection-log.js";
import { type PostgresTls, postgresTls } from "./postgres-tls.js";

/** How long a caller waits for a connection, a new one or one of the pool's. */
const CONNECT_TIMEOUT_MS = 2_000;
/** The server ends a statement that takes longer, and says why. */
const STATEMENT_TIMEOUT_MS = 1_250;
/** The server's own limit comes first; so much later nobody waits for an answer any more, as of a frozen server. */
const LATE_ANSWER_MS = 250;
/** Longer than the usual time between two heartbeats, so that each does not begin with connecting. */
const IDLE_TIMEOUT_MS = 60_000;
/** A peer that vanished without a word is noticed within minutes, not hours. */
const KEEP_ALIVE_AFTER_MS = 10_000;
const CLOSE_TIMEOUT_MS = 1_000;
/** A process that is frozen between two statements of a transaction must not keep its locks until it wakes. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 5_000;
/**
 * No statement here is long enough for helpers: starting them takes longer than they save, and they take the cores that
 * commits need. Options in the URL come in place of these.
 */
const SESSION_OPTIONS = "-c max_parallel_workers_per_gather=0";

export interface PostgresPoolOptions {
  /** Shown as `fleet-server-<purpose>` in `pg_stat_activity`. */
  readonly purpose: string;
  /** Connections at most. */
  readonly max: number;
  /** The setting that the URL comes from, to be named where it is wrong. */
  readonly setting?: string;
  /** Default 1,250. */
  readonly statementTimeoutMs?: number;
  /** To be shared by pools that reach the same server for the same purpose. */
  readonly log?: PostgresConnectionLog;
}

/**
 * Opens a pool of connections, each made when it is needed. A statement of a dead or frozen server fails within 3.5
 * seconds, 1.5 seconds where there was a connection, unless `statementTimeoutMs` says otherwise. Losing and finding the
 * server is logged once each. A 64-bit number is read as a number. Throws ConfigError for TLS parameters of the URL that
 * cannot be followed; see `postgresTls`. End it with `closePostgres`.
 */
export function openPostgres(url: string, options: PostgresPoolOptions): pg.Pool {
  const { purpose, max, setting, statementTimeoutMs = STATEMENT_TIMEOUT_MS } = options;
  const tls = tlsOf(url, setting ?? `the database URL (${purpose})`);
  const log = options.log ?? new PostgresConnectionLog(purpose);
  const pool = new pg.Pool({
    connectionString: tls.url,
    ssl: tls.ssl,
    application_name: `fleet-server-${purpose}`,
    max,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: statementTimeoutMs + LATE_ANSWER_MS,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    types: typesWithNumbers(),
    allowExitOnIdle: true,
    options: SESSION_OPTIONS,
    Client: watchedClient(log),
  });
  // Without a listener an idle connection that breaks would end the process.
  pool.on("error", (error) => {
    log.lost(error);
  });
  pool.on("connect", () => {
    log.found();
  });
  return pool;
}

/** Ends the pool's connections; for a server that does not answer the goodbye nobody waits longer than a second. */
export async function closePostgres(pool: pg.Pool): Promise<void> {
  const enough = new AbortController();
  const timeout = sleep(CLOSE_TIMEOUT_MS, undefined, { signal: enough.signal, ref: false }).catch(() => undefined);
  await Promise.race([pool.end(), timeout]);
  enough.abort();
}

/** The driver would give texts; of what is stored here nothing comes near 2^53. */
function typesWithNumbers(): pg.CustomTypesConfig {
  const types = new pg.TypeOverrides();
  types.setTypeParser(pg.types.builtins.INT8, Number);
  return types;
}

function tlsOf(url: string, setting: string): PostgresTls {
  try {
    return postgresTls(url);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new ConfigError([{ file: setting, key: "", message }]);
  }
}
