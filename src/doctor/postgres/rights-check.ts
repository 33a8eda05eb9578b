import { refusalFault } from "../../database/postgres-faults.js";
import { type Check, type Finding, failure, ok } from "../check.js";
import { CONNECTION } from "./connection-check.js";
import type { PostgresReader } from "./postgres-reader.js";

const INSUFFICIENT_PRIVILEGE = "42501";
const NO_SCHEMA = "3F000";

interface SchemaRights {
  /** Where tables are made; null where there is no such place. */
  readonly schema: string | null;
  /** Whether tables may be made there. */
  readonly may_create: boolean | null;
}

interface TableRights {
  readonly name: string;
  /** Whether its rows may be read, added, changed and deleted. */
  readonly usable: boolean;
  readonly owned: boolean;
}

const SCHEMA = `SELECT current_schema() AS schema, has_schema_privilege(current_schema(), 'CREATE') AS may_create`;

const TABLES = `SELECT relname AS name, pg_has_role(relowner, 'USAGE') AS owned,
  has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT') AND has_table_privilege(oid, 'UPDATE')
    AND has_table_privilege(oid, 'DELETE') AS usable
  FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
  ORDER BY relname`;

/** Whether this user may do with the tables what nodes do with them. */
export function rightsCheck(reader: PostgresReader): Check {
  return {
    name: "database.rights",
    needs: [CONNECTION],
    run: async () => {
      const [schema] = await reader.ask<{ schema: string | null; may_create: boolean | null }>(SCHEMA);
      const tables = schema?.schema == null ? [] : await reader.ask<TableRights & Record<string, unknown>>(TABLES);
      return judgeRights(schema ?? { schema: null, may_create: null }, tables);
    },
  };
}

function judgeRights({ schema, may_create }: SchemaRights, tables: readonly TableRights[]): Finding[] {
  if (schema === null) return [refused(NO_SCHEMA, "no schema has been selected to create in")];
  const findings = [
    ...(may_create === true ? [] : [refused(INSUFFICIENT_PRIVILEGE, `permission denied for schema ${schema}`)]),
    ...tables.flatMap(({ name, usable, owned }) => {
      if (!usable) return [refused(INSUFFICIENT_PRIVILEGE, `permission denied for table ${name}`)];
      return owned || !PARTITIONED.has(name) ? [] : [notOwned(name)];
    }),
  ];
  return findings.length > 0 ? findings : [ok(`this user may make tables in ${schema} and use those that are there`)];
}

/** Their partitions are made and removed day by day. */
const PARTITIONED = new Set(["history_samples", "history_details"]);

function notOwned(table: string): Finding {
  return failure({
    what: `must be owner of table ${table}: without that its days cannot be made, and reports of later days fail`,
    fix: `ALTER TABLE ${table} OWNER TO this user, or make the user a member of its owner`,
  });
}

/** In PostgreSQL's own words, which the start has. */
function refused(code: string, message: string): Finding {
  return failure(refusalFault(Object.assign(new Error(message), { code })));
}
