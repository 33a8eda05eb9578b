import { type Check, type Finding, ok, warning } from "../check.js";
import { CONNECTION } from "./connection-check.js";
import type { PostgresReader } from "./postgres-reader.js";

export interface ConnectionFigures {
  readonly max: number;
  /** Kept for administrators. */
  readonly reserved: number;
  /** All clients', the doctor's among them. */
  readonly used: number;
  /** What this user, or this database, may still open; null where that is not limited. */
  readonly own_free: number | null;
}

// Of other users' connections only their database can be seen.
const FIGURES = `WITH clients AS (
    SELECT datid, usesysid FROM pg_stat_activity
    WHERE datid IS NOT NULL AND coalesce(backend_type, 'client backend') = 'client backend'),
  limits AS (
    SELECT rolconnlimit AS most, (SELECT count(*) FROM clients WHERE usesysid = r.oid) AS used FROM pg_roles r
    WHERE rolname = current_user
    UNION ALL
    SELECT datconnlimit, (SELECT count(*) FROM clients WHERE datid = d.oid) FROM pg_database d
    WHERE datname = current_database())
  SELECT current_setting('max_connections')::int AS max,
    current_setting('superuser_reserved_connections')::int
      + coalesce(current_setting('reserved_connections', true)::int, 0) AS reserved,
    (SELECT count(*) FROM clients)::int AS used,
    (SELECT min(most - used) FROM limits WHERE most >= 0)::int AS own_free`;

/** Whether one more node would get the connections that it may need. */
export function connectionsCheck(reader: PostgresReader, needed: number): Check {
  return {
    name: "database.connections",
    needs: [CONNECTION],
    run: async () => {
      const rows = await reader.ask<ConnectionFigures & Record<string, number | null>>(FIGURES);
      return rows.map((figures) => judgeConnections(figures, needed));
    },
  };
}

/** `needed`: what one node may open at most. */
export function judgeConnections({ max, reserved, used, own_free }: ConnectionFigures, needed: number): Finding {
  const DOCTORS_OWN = 1;
  const free = Math.max(Math.min(max - reserved - used, own_free ?? Infinity) + DOCTORS_OWN, 0);
  const what = `${free} connections are free (max_connections is ${max}), a node may open ${needed}`;
  if (free >= needed) return ok(what);
  const fix =
    own_free !== null && own_free < max - reserved - used
      ? "raise the CONNECTION LIMIT of the user or the database"
      : "raise max_connections, or put PgBouncer in between";
  return warning({ what, fix });
}
