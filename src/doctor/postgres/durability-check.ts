import { type Check, type Finding, ok, warning } from "../check.js";
import { CONNECTION } from "./connection-check.js";
import type { PostgresReader } from "./postgres-reader.js";

export interface Durability {
  /** As this user has it in this database, like a node. */
  readonly synchronous_commit: string;
  readonly fsync: string;
  readonly full_page_writes: string;
}

/** Whether what is committed survives a crash. */
export function durabilityCheck(reader: PostgresReader): Check {
  return {
    name: "database.durability",
    needs: [CONNECTION],
    run: async () => {
      const rows = await reader.ask<Durability & Record<string, string>>(
        `SELECT current_setting('synchronous_commit') AS synchronous_commit, current_setting('fsync') AS fsync,
           current_setting('full_page_writes') AS full_page_writes`,
      );
      return rows.flatMap(judgeDurability);
    },
  };
}

export function judgeDurability({ synchronous_commit, fsync, full_page_writes }: Durability): Finding[] {
  const faults: Finding[] = [];
  if (synchronous_commit === "off") {
    faults.push(
      warning({
        what: "synchronous_commit is off: a crash of the server may lose reports that were answered",
        fix: "ALTER DATABASE or ALTER ROLE .. SET synchronous_commit = on, then restart the nodes",
      }),
    );
  }
  if (fsync === "off") {
    const what = "fsync is off: a crash of the server's machine may lose reports that were answered, or the database";
    faults.push(warning({ what, fix: "set fsync = on in postgresql.conf and reload it" }));
  }
  if (full_page_writes === "off") {
    const what = "full_page_writes is off: a crash of the server's machine may damage pages that were being written";
    faults.push(warning({ what, fix: "set full_page_writes = on in postgresql.conf and reload it" }));
  }
  return faults.length > 0 ? faults : [ok(`commits are durable (synchronous_commit = ${synchronous_commit})`)];
}
