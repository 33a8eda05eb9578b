import type pg from "pg";
import { queryFailure } from "./query-failure.js";

/** Asks PostgreSQL once, on any connection of the pool. Fails as `queryFailure` says. */
export async function ask<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  text: string,
  values: readonly unknown[] = [],
): Promise<pg.QueryResult<Row>> {
  try {
    return await pool.query<Row>(text, [...values]);
  } catch (error) {
    throw queryFailure(error);
  }
}
