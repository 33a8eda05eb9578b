import { QueryFailedError, QueryRunnerAlreadyReleasedError } from "typeorm";

/** SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html): another transaction was in the way. */
const BUSY = /^(40001|40P01|55P03)$/;

/**
 * The server cannot serve anybody now: connections (08), resources such as disk and connections (53), statements that were
 * ended and a server that stops or starts (57), the system (58), damaged files, and a server that is only to be read from,
 * as one is that has not taken over yet.
 */
const AWAY = /^(08...|53...|57...|58...|25006|25P0[34]|XX00[12])$/;

/** This node may not use the database, or there is none: nothing that time alone mends. */
const REFUSED = /^(28...|3D000)$/;

const networkCodes = new Set([
  ...["ECONNREFUSED", "ECONNRESET", "ECONNABORTED", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "EHOSTDOWN", "ENETUNREACH"],
  ...["ENETDOWN", "EADDRNOTAVAIL", "ENOTFOUND", "EAI_AGAIN", "EMFILE", "ENFILE"],
]);

/** OpenSSL's verdicts on a certificate and Node's own on its names and on the protocol. */
const CERTIFICATE =
  /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH$|INVALID_CA$|INVALID_PURPOSE$)/;

/** The driver and its pool give these no code. */
const LOST =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client has encountered a connection error|Client was closed|Cannot use a pool after calling end)/;
const NO_AGREEMENT = /^(The server does not support SSL|There was an error establishing an SSL|SASL: )/;

/** Whether it may go well at once when it is tried again, because PostgreSQL has undone it for another's sake. */
export function isPostgresBusy(error: unknown): boolean {
  return BUSY.test(facts(error).code);
}

/** Whether the error says that the server cannot be used now, not that a statement is wrong. */
export function isPostgresUnavailable(error: unknown): boolean {
  if (error instanceof QueryRunnerAlreadyReleasedError || isPostgresRefusal(error)) return true;
  const { code, message } = facts(error);
  return BUSY.test(code) || AWAY.test(code) || networkCodes.has(code) || LOST.test(message);
}

/** Whether the server does not let this node in, or this node does not trust the server: an operator must mend something. */
export function isPostgresRefusal(error: unknown): boolean {
  const { code, message } = facts(error);
  return REFUSED.test(code) || CERTIFICATE.test(code) || NO_AGREEMENT.test(message);
}

/** The server's SQLSTATE, or the system's code; empty where there is none. */
export function postgresCode(error: unknown): string {
  return facts(error).code;
}

/** Of the driver's own error, also from within TypeORM's. */
function facts(error: unknown): { code: string; message: string } {
  const own: unknown = error instanceof QueryFailedError ? error.driverError : error;
  if (typeof own !== "object" || own === null) return { code: "", message: "" };
  return {
    code: "code" in own && typeof own.code === "string" ? own.code : "",
    message: "message" in own && typeof own.message === "string" ? own.message : "",
  };
}
