import pg from "pg";
import { BackendUnavailableError } from "../../../common/fleet-error.js";

/**
 * Classes of SQLSTATE by which PostgreSQL refuses this very statement, however often it is repeated: data, integrity,
 * names and rights, limits. (PostgreSQL documentation, appendix A)
 */
const REFUSED = /^(?:21|22|23|42|44|54|P0)/;

/**
 * What became of a query that failed: BackendUnavailableError where the server is away, slow, stopping, full or only to
 * be read; PostgreSQL's own error where it refuses what was asked.
 */
export function queryFailure(error: unknown): unknown {
  return REFUSED.test(sqlState(error) ?? "") ? error : new BackendUnavailableError("database", error);
}

/** The five characters by which PostgreSQL names an error; undefined where it did not come from PostgreSQL. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}
