import type { DataSource } from "typeorm";
import { InvalidTokenError } from "../../crypto/errors.js";
import { askDatabase } from "../ask-database.js";
import type { DocumentCipher } from "../document-cipher.js";
import type { Transactions } from "../transactions.js";
import { type Replacement, replaceValues } from "./replace-values.js";
import type { SealedTable } from "./sealed-columns.js";

type Row = Readonly<Record<string, string | number | null>>;

export interface ResealStep {
  readonly rows: number;
  /** Values that another key had sealed, or none. */
  readonly resealed: number;
  /** Values that none of the keys opens. */
  readonly unreadable: number;
}

/** So few that a step holds a lock for some milliseconds only. */
const ROWS_PER_STEP = 200;

/**
 * Seals what lies in a table with the cipher's sealing key, some rows at a time in the order of their keys; what is sealed
 * with it already stays. A value that was changed meanwhile, or whose row somebody holds, is left alone: who changed it
 * sealed it anew, and the next look tells. What none of the keys opens stays as it is. Throws BackendUnavailableError.
 */
export async function* resealTable(
  dataSource: DataSource,
  transactions: Transactions,
  cipher: DocumentCipher,
  sealed: SealedTable,
): AsyncGenerator<ResealStep, void, undefined> {
  let after: Row | undefined;
  for (;;) {
    const { text, values } = nextRows(dataSource, sealed, after);
    const rows = await askDatabase(() => dataSource.query<Row[]>(text, values));
    const step = { rows: rows.length, resealed: 0, unreadable: 0 };
    for (const column of sealed.columns) {
      const found = rows.map((row) => replacementFor(cipher, sealed, row, column));
      const replacements = found.filter((each) => typeof each === "object");
      step.resealed += replacements.length;
      step.unreadable += found.filter((each) => each === "unreadable").length;
      await replaceValues(dataSource, transactions, { ...sealed, column }, replacements);
    }
    yield step;
    after = rows.at(-1);
    if (!after || rows.length < ROWS_PER_STEP) return;
  }
}

/** Undefined for what stays as it is. */
function replacementFor(
  cipher: DocumentCipher,
  { key }: SealedTable,
  row: Row,
  column: string,
): Replacement | "unreadable" | undefined {
  const from = row[column];
  if (typeof from !== "string") return undefined;
  try {
    if (cipher.sealerOf(from) === cipher.sealingKey) return undefined;
    return { key: key.map((name) => row[name]), from, to: cipher.reseal(from) };
  } catch (error) {
    if (error instanceof InvalidTokenError) return "unreadable";
    throw error;
  }
}

function nextRows(
  { options }: DataSource,
  { table, key, columns, where = "TRUE" }: SealedTable,
  after: Row | undefined,
) {
  const marks = key.map((_, index) => (options.type === "postgres" ? `$${index + 1}` : "?")).join(", ");
  const names = key.join(", ");
  return {
    text:
      `SELECT ${[...key, ...columns].join(", ")} FROM ${table} WHERE ${where} ` +
      `${after ? `AND (${names}) > (${marks})` : ""} ORDER BY ${names} LIMIT ${ROWS_PER_STEP}`,
    values: after ? key.map((name) => after[name]) : [],
  };
}
