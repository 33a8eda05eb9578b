import { DAY_MS } from "../../fleet/history/slots.js";
import { partitionOf } from "../../fleet/history/postgres-days.js";
import { type Check, type Finding, ok, warning } from "../check.js";
import { CONNECTION } from "./connection-check.js";
import type { PostgresReader } from "./postgres-reader.js";

const TODAY = `SELECT floor(extract(epoch FROM now()) * 1000 / ${DAY_MS})::int AS day FROM pg_class
  WHERE oid = to_regclass('history_samples')`;
const MISSING = `SELECT name FROM unnest($1::text[]) AS name
  WHERE NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = to_regclass(name))`;

/** Whether history has its partitions for the server's today and tomorrow. */
export function partitionsCheck(reader: PostgresReader): Check {
  return {
    name: "database.partitions",
    needs: [CONNECTION],
    run: async () => {
      const [today] = await reader.ask<{ day: number }>(TODAY);
      if (!today) return [];
      const tables = ["history_samples", "history_details"] as const;
      const wanted = [today.day, today.day + 1].flatMap((day) => tables.map((table) => partitionOf(table, day)));
      const missing = await reader.ask<{ name: string }>(MISSING, [wanted]);
      return [judgePartitions(missing.map(({ name }) => name))];
    },
  };
}

function judgePartitions(missing: readonly string[]): Finding {
  if (missing.length === 0) return ok("history has its partitions for today and tomorrow");
  return warning({
    what: `partitions of history are missing: ${missing.join(", ")}`,
    fix: "start a node: it makes them. If one runs, its log tells why the job history-upkeep fails",
  });
}
