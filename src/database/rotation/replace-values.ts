import type { DataSource, EntityManager } from "typeorm";
import { askDatabase } from "../ask-database.js";
import type { Transactions } from "../transactions.js";

/** One value that is to be replaced where it still is what was read; its row by the values of its key. */
export interface Replacement {
  readonly key: readonly (string | number | null | undefined)[];
  readonly from: string;
  readonly to: string;
}

interface Target {
  readonly table: string;
  readonly key: readonly string[];
  readonly column: string;
}

/** Replaces values of one column, on either database. Throws BackendUnavailableError. */
export async function replaceValues(
  dataSource: DataSource,
  transactions: Transactions,
  target: Target,
  replacements: readonly Replacement[],
): Promise<void> {
  if (replacements.length === 0) return;
  if (dataSource.options.type === "postgres") {
    await askDatabase(() => replaceOnPostgres(dataSource, target, replacements));
  } else await transactions.run((manager) => replaceOnSqlite(manager, target, replacements));
}

/**
 * One statement, which waits for no lock while it holds others: reports lock the same rows in their own order, and each
 * would wait for the other. A row that is locked is being written anyway.
 */
async function replaceOnPostgres(
  dataSource: DataSource,
  { table, key, column }: Target,
  replacements: readonly Replacement[],
): Promise<void> {
  const arrays = key.map(
    (_, at) => `$${at + 1}::${typeof replacements[0]?.key[at] === "number" ? "bigint" : "text"}[]`,
  );
  const [from, to] = [`$${key.length + 1}::text[]`, `$${key.length + 2}::text[]`];
  const same = (one: string, other: string) => key.map((name) => `${one}.${name} = ${other}.${name}`).join(" AND ");
  await dataSource.query(
    `WITH wanted AS (SELECT * FROM unnest(${[...arrays, from, to].join(", ")}) AS w (${key.join(", ")}, was, becomes)),
     held AS (
       SELECT ${key.map((name) => `t.${name}`).join(", ")}, w.becomes FROM ${table} t JOIN wanted w ON ${same("t", "w")}
       WHERE t.${column} = w.was FOR NO KEY UPDATE OF t SKIP LOCKED)
     UPDATE ${table} t SET ${column} = held.becomes FROM held WHERE ${same("t", "held")}`,
    [
      ...key.map((_, at) => replacements.map((each) => each.key[at])),
      replacements.map((each) => each.from),
      replacements.map((each) => each.to),
    ],
  );
}

/** In the transaction of `manager`, which holds SQLite's only write lock. */
async function replaceOnSqlite(
  manager: EntityManager,
  { table, key, column }: Target,
  replacements: readonly Replacement[],
): Promise<void> {
  const found = key.map((name) => `${name} = ?`).join(" AND ");
  const statement = `UPDATE ${table} SET ${column} = ? WHERE ${found} AND ${column} = ?`;
  for (const { key: values, from, to } of replacements) await manager.query(statement, [to, ...values, from]);
}
