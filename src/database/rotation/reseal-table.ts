import type { DataSource } from "typeorm";
import { askDatabase } from "../ask-database.js";
import type { DocumentCipher } from "../document-cipher.js";
import type { Transactions } from "../transactions.js";
import type { SealedTable } from "./sealed-columns.js";

type Row = Readonly<Record<string, string | number | null>>;

interface Change {
  readonly row: Row;
  readonly column: string;
  readonly from: string;
  readonly to: string;
}

export interface ResealStep {
  readonly rows: number;
  readonly resealed: number;
}

/** So few that a step holds a lock for some milliseconds only. */
const ROWS_PER_STEP = 200;

/**
 * Seals what lies in a table with the cipher's sealing key, some rows at a time in the order of their keys; what is sealed
 * with it already stays. A value that was changed meanwhile is left alone: whoever changed it sealed it anew. Throws
 * BackendUnavailableError, and InvalidTokenError for what none of the keys opens.
 */
export async function* resealTable(
  dataSource: DataSource,
  transactions: Transactions,
  cipher: DocumentCipher,
  sealed: SealedTable,
): AsyncGenerator<ResealStep, void, undefined> {
  const statements = statementsFor(dataSource, sealed);
  let after: Row | undefined;
  for (;;) {
    const { text, values } = statements.next(after);
    const rows = await askDatabase(() => dataSource.query<Row[]>(text, values));
    const changes = rows.flatMap((row) => sealed.columns.flatMap((column) => changeOf(cipher, row, column)));
    if (changes.length > 0) {
      await transactions.run(async (manager) => {
        for (const change of changes) {
          const update = statements.update(change);
          await manager.query(update.text, update.values);
        }
      });
    }
    yield { rows: rows.length, resealed: changes.length };
    after = rows.at(-1);
    if (!after || rows.length < ROWS_PER_STEP) return;
  }
}

function changeOf(cipher: DocumentCipher, row: Row, column: string): Change[] {
  const from = row[column];
  if (typeof from !== "string" || cipher.sealerOf(from) === cipher.sealingKey) return [];
  return [{ row, column, from, to: cipher.seal(cipher.open(from)) }];
}

interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

function statementsFor({ options }: DataSource, { table, key, columns, where = "TRUE" }: SealedTable) {
  const mark = options.type === "postgres" ? (n: number) => `$${n}` : () => "?";
  const marks = (count: number) => Array.from({ length: count }, (_, index) => mark(index + 1)).join(", ");
  const names = key.join(", ");
  const valuesOf = (row: Row) => key.map((name) => row[name]);
  return {
    next: (after: Row | undefined): Statement => ({
      text:
        `SELECT ${[...key, ...columns].join(", ")} FROM ${table} WHERE ${where} ` +
        `${after ? `AND (${names}) > (${marks(key.length)})` : ""} ORDER BY ${names} LIMIT ${ROWS_PER_STEP}`,
      values: after ? valuesOf(after) : [],
    }),
    update: ({ row, column, from, to }: Change): Statement => ({
      text:
        `UPDATE ${table} SET ${column} = ${mark(1)} WHERE ${column} = ${mark(2)} AND ` +
        key.map((name, index) => `${name} = ${mark(index + 3)}`).join(" AND "),
      values: [to, from, ...valuesOf(row)],
    }),
  };
}
