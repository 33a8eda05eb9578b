import { refusalFault } from "../../database/postgres-faults.js";
import { type Check, failure, ok } from "../check.js";
import { clockCheck } from "../clock-check.js";
import { connectionCheck } from "../postgres/connection-check.js";
import type { PostgresReader } from "../postgres/postgres-reader.js";

interface Rights {
  readonly table: string;
  /** Null where the table is not there. */
  readonly usable: boolean | null;
  readonly may_create: boolean | null;
}

const RIGHTS = `SELECT name AS table, may_create, CASE WHEN to_regclass(name) IS NOT NULL THEN
    has_table_privilege(to_regclass(name), 'SELECT') AND has_table_privilege(to_regclass(name), 'INSERT')
    AND has_table_privilege(to_regclass(name), 'UPDATE') AND has_table_privilege(to_regclass(name), 'DELETE') END AS usable
  FROM unnest($1::text[]) AS name, has_schema_privilege(current_schema(), 'CREATE') AS may_create`;

/** Whether nodes can keep these tables in that database. */
export function postgresPlaceChecks(
  subject: string,
  reader: PostgresReader,
  tables: readonly string[],
): readonly Check[] {
  const connection = connectionCheck(reader, `${subject}.connection`);
  return [
    connection,
    {
      name: `${subject}.rights`,
      needs: [connection.name],
      run: async () => {
        const rows = await reader.ask<Rights & Record<string, unknown>>(RIGHTS, [tables]);
        const refused = rows.find(
          ({ usable, may_create }) => usable === false || (usable === null && may_create !== true),
        );
        if (!refused) return [ok("this user may use or make the tables")];
        const what = refused.usable === null ? "for schema, to make the table" : "for table";
        // In PostgreSQL's own words, which a node has.
        const error = Object.assign(new Error(`permission denied ${what} ${refused.table}`), { code: "42501" });
        return [failure(refusalFault(error))];
      },
    },
    clockCheck(`${subject}.clock`, "PostgreSQL", [connection.name], () => reader.nowMs()),
  ];
}

/** Where the place is the fleet's own database, which has checks of its own. */
export function sameDatabase(subject: string): Check {
  return {
    name: `${subject}.connection`,
    needs: [],
    run: () => Promise.resolve([ok("it lies in the fleet's database")]),
  };
}
