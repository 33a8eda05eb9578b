import pg from "pg";
import { BackendUnavailableError } from "../../../common/fleet-error.js";

/**
 * Classes of SQLSTATE by which PostgreSQL refuses this very statement, however often it is repeated: data, integrity,
 * names and rights, limits, our own checks. (PostgreSQL documentation, appendix A)
 */
const REFUSED = /^(?:21|22|23|42|44|54|FL|P0)/;

/**
 * Runs queries. Whatever says that the server is away, slow, stopping, full or only to be read is
 * BackendUnavailableError; what it refuses stays as it is.
 */
export async function asking<T>(queries: () => Promise<T>): Promise<T> {
  try {
    return await queries();
  } catch (error) {
    throw isUnavailable(error) ? new BackendUnavailableError("database", error) : error;
  }
}

function isUnavailable(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return !REFUSED.test(error.code ?? "");
  // The driver's own errors (no connection, no answer in time) are plain ones; these are mistakes in a program.
  return error instanceof Error && !(error instanceof TypeError) && !(error instanceof RangeError);
}

export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}
