import { explainFailure } from "../common/explain-failure.js";
import type { Fault } from "../common/fault.js";
import { isPostgresRefusal, postgresCode } from "./postgres-failure.js";

/** The oldest major version that has everything the schema is made with: `AS MATERIALIZED` came with it. */
const OLDEST_POSTGRES = 12;

const WRONG_PASSWORD = "28P01";

/** What an operator has to do about a server that does not let the fleet work, by SQLSTATE. */
const refusalFixes = new Map([
  [WRONG_PASSWORD, "correct the user name or the password"],
  ["28000", "let this user in from this host (pg_hba.conf)"],
  ["3D000", "create the database, or name another"],
  ["3F000", "create the schema that the user's search_path names, or give the user USAGE on it"],
  ["42501", "give the user that right; to make its tables it needs CREATE on the schema"],
  ["42P07", "give the fleet a database of its own"],
]);
const OTHER_REFUSAL_FIX = "check the address, sslmode and sslrootcert";

const FIND_THE_HOST = "correct the host name, or mend the name service";
const REACH_THE_HOST = "see that the host runs, the address is right and no firewall stands in between";
const awayFixes = new Map([
  ["ECONNREFUSED", "start the server there, or correct host and port"],
  ["ENOTFOUND", FIND_THE_HOST],
  ["EAI_AGAIN", FIND_THE_HOST],
  ["ETIMEDOUT", REACH_THE_HOST],
  ["EHOSTUNREACH", REACH_THE_HOST],
  ["ENETUNREACH", REACH_THE_HOST],
  ["08P01", "behind PgBouncer, let it ignore the parameter (ignore_startup_parameters)"],
  ["25006", "name the server that takes writes, or let this one (default_transaction_read_only, pg_promote)"],
  ["53100", "make room on the server's disk"],
  ["53300", "raise max_connections, or end other clients' connections"],
  ["57P03", "wait until it has started"],
]);
const OTHER_AWAY_FIX = "see the server's own log";
const NO_ANSWER = /timeout/i;

/** The server takes only reads. */
export const readOnlyFault = {
  what: "PostgreSQL takes no writes: it is a standby, or set to be only read",
  fix: awayFixes.get("25006") ?? OTHER_AWAY_FIX,
} satisfies Fault;

/** Whether this is for an operator to mend: the server refuses this user, this database, or what its tables need. */
export function isForOperator(error: unknown): boolean {
  return isPostgresRefusal(error) || refusalFixes.has(postgresCode(error));
}

/** Of an error that `isForOperator`. */
export function refusalFault(error: unknown): Fault {
  return { what: `PostgreSQL cannot be used like this: ${explainFailure(error)}`, fix: refusalFix(error) };
}

function refusalFix(error: unknown): string {
  const code = explainFailure(error).startsWith("SASL: ") ? WRONG_PASSWORD : postgresCode(error);
  return refusalFixes.get(code) ?? OTHER_REFUSAL_FIX;
}

/** Another program's tables: a migration cannot make one of that name. */
export function takenTableFault(table: string): Fault {
  return refusalFault(Object.assign(new Error(`relation "${table}" already exists`), { code: "42P07" }));
}

/** Of a server that cannot be used now; `who` tells which one, or who asked. */
export function awayFault(error: unknown, who: string): Fault {
  return {
    what: `PostgreSQL cannot be reached (${who}): ${explainFailure(error)}`,
    fix: isForOperator(error) ? refusalFix(error) : awayFix(error),
  };
}

function awayFix(error: unknown): string {
  return (
    awayFixes.get(postgresCode(error)) ?? (NO_ANSWER.test(explainFailure(error)) ? REACH_THE_HOST : OTHER_AWAY_FIX)
  );
}

/** A database in another encoding refuses names that it cannot write, one report or login at a time. */
export function encodingFault(encoding: string): Fault | undefined {
  if (encoding === "UTF8") return undefined;
  return { what: `the database's encoding is ${encoding}`, fix: "make one with ENCODING 'UTF8' TEMPLATE template0" };
}

/** `version` as in `server_version_num`: 150004 is 15.4. */
export function versionFault(version: number): Fault | undefined {
  const major = Math.floor(version / 10_000);
  if (major >= OLDEST_POSTGRES) return undefined;
  return { what: `PostgreSQL ${major} is too old`, fix: `use PostgreSQL ${OLDEST_POSTGRES} or newer` };
}
