import type { Fault } from "../../common/fault.js";
import { encodingFault, readOnlyFault, versionFault } from "../../database/postgres-faults.js";
import { type Check, failure, ok } from "../check.js";
import { CONNECTION } from "./connection-check.js";
import type { PostgresReader } from "./postgres-reader.js";

/** One fact of the server, which is right or keeps the fleet from working. */
interface Fact<Row> {
  readonly name: string;
  readonly statement: string;
  readonly describe: (row: Row) => string;
  readonly fault: (row: Row) => Fault | undefined;
}

export const versionFact: Fact<{ version: number; name: string }> = {
  name: "database.version",
  statement: "SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS name",
  describe: ({ name }) => `PostgreSQL ${name}`,
  fault: ({ version }) => versionFault(version),
};

export const encodingFact: Fact<{ encoding: string }> = {
  name: "database.encoding",
  statement: "SELECT current_setting('server_encoding') AS encoding",
  describe: ({ encoding }) => encoding,
  fault: ({ encoding }) => encodingFault(encoding),
};

/** The setting of new transactions: the doctor's own are read only in any case. */
export const writesFact: Fact<{ read_only: boolean }> = {
  name: "database.writes",
  statement: "SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only') = 'on' AS read_only",
  describe: () => "the server takes writes",
  fault: ({ read_only }) => (read_only ? readOnlyFault : undefined),
};

export function serverCheck<Row extends object>(reader: PostgresReader, fact: Fact<Row>): Check {
  return {
    name: fact.name,
    needs: [CONNECTION],
    run: async () => {
      const rows = await reader.ask<Row>(fact.statement);
      return rows.map((row) => {
        const fault = fact.fault(row);
        return fault ? failure(fault) : ok(fact.describe(row));
      });
    },
  };
}
