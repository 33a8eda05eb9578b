import type pg from "pg";
import { queryFailure } from "../store/postgres/query-failure.js";
import { DAY_MS } from "./slots.js";

/** What a statement can be sent to: a pool, or one connection inside a transaction. */
export type Queryable = Pick<pg.ClientBase, "query">;

const DAYS = `SELECT right(c.relname, 8) AS day FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
  WHERE i.inhparent = 'history_samples'::regclass ORDER BY 1`;

/** The days of which there are partitions, oldest first, counted since 1970 UTC. */
export async function historyDays(database: pg.Pool | Queryable): Promise<number[]> {
  try {
    const { rows } = await database.query<{ day: string }>(DAYS);
    return rows.map(
      ({ day }) => Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6))) / DAY_MS,
    );
  } catch (error) {
    throw queryFailure(error);
  }
}

/** The partition of that day, as the function `fleet_make_history_day` names it. */
export function partitionOf(table: "history_samples" | "history_details", day: number): string {
  return `${table}_${new Date(day * DAY_MS).toISOString().slice(0, 10).replaceAll("-", "")}`;
}
