import { Logger } from "@nestjs/common";
import pg from "pg";
import { setTimeout as sleep } from "node:timers/promises";
import { ConfigError } from "../config/config-error.js";
import { type PostgresTls, postgresTls } from "./postgres-tls.js";

/** How long a caller waits for a connection, a new one or one of the pool's. */
const CONNECT_TIMEOUT_MS = 2_000;
/** A caller waits at most this long for an answer, whether the server is slow or frozen. */
const ANSWER_TIMEOUT_MS = 1_500;
/** The server's own limit comes first: what nobody waits for any more ends there too, and says why. */
const STATEMENT_TIMEOUT_MS = 1_250;
/** Longer than the usual time between two heartbeats, so that each does not begin with connecting. */
const IDLE_TIMEOUT_MS = 60_000;
const CLOSE_TIMEOUT_MS = 1_000;

/**
 * Opens a pool of at most `max` connections, each made when it is needed, which shows as `fleet-server-<purpose>` in
 * `pg_stat_activity`. A statement of a dead or frozen server fails within 3.5 seconds, 1.5 seconds where there was a
 * connection. Losing and finding the server is logged once each. Throws ConfigError for TLS parameters of the URL that
 * cannot be followed; see `postgresTls`. End it with `closePostgres`.
 */
export function openPostgres(url: string, { purpose, max }: { purpose: string; max: number }): pg.Pool {
  const tls = tlsOf(url, purpose);
  const watch = new ConnectionLog(purpose);
  const pool = new pg.Pool({
    connectionString: tls.url,
    ssl: tls.ssl,
    application_name: `fleet-server-${purpose}`,
    max,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    keepAlive: true,
    allowExitOnIdle: true,
    Client: watchedClient(watch),
  });
  // Without a listener an idle connection that breaks would end the process.
  pool.on("error", (error) => {
    watch.lost(error);
  });
  pool.on("connect", () => {
    watch.found();
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

function tlsOf(url: string, purpose: string): PostgresTls {
  try {
    return postgresTls(url);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new ConfigError([{ file: `the database URL (${purpose})`, key: "", message }]);
  }
}

/** One line when the server is lost and one when it is found again, however many connections and attempts there are. */
class ConnectionLog {
  private readonly logger = new Logger("PostgreSQL");
  private isLost = false;

  constructor(private readonly purpose: string) {}

  lost(error: Error): void {
    if (!this.isLost) this.logger.warn(`PostgreSQL cannot be reached (${this.purpose}): ${reasonOf(error)}`);
    this.isLost = true;
  }

  found(): void {
    if (this.isLost) this.logger.log(`Connected to PostgreSQL again (${this.purpose})`);
    this.isLost = false;
  }
}

/** The pool tells only its callers that connecting failed, and them also that it is merely busy. */
function watchedClient(watch: ConnectionLog): new () => pg.Client {
  return class extends pg.Client {
    override connect(): Promise<pg.Client>;
    override connect(callback: ((error: Error) => void) | ((error: null, client: pg.Client) => void)): void;
    override connect(callback?: (error: never, client: never) => void): unknown {
      if (callback === undefined) return super.connect();
      const tell = callback as (error: Error | null, client: pg.Client) => void;
      super.connect((error: Error | null) => {
        if (error) watch.lost(error);
        tell(error, this);
      });
      return undefined;
    }
  };
}

/** Of a host name with several addresses Node reports the failures together, under an empty message. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === "") return error.errors.map(reasonOf).join("; ");
  return error instanceof Error ? error.message : String(error);
}
