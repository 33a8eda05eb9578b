import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";

/** The beginning of a SQLite file (https://www.sqlite.org/fileformat.html, section 1.3). */
export interface SqliteHeader {
  readonly isDatabase: boolean;
  /** Whether it was last written with write-ahead logging. */
  readonly wal: boolean;
  /** Of the whole file. */
  readonly bytes: number;
}

const MAGIC = "SQLite format 3\0";
const WRITE_VERSION_AT = 18;
const WAL = 2;

/** Undefined where there is no file, or one that is still empty, as a node makes it first. */
export function readHeader(path: string): SqliteHeader | undefined {
  const bytes = existsSync(path) ? statSync(path).size : 0;
  if (bytes === 0) return undefined;
  const header = Buffer.alloc(100);
  const file = openSync(path, "r");
  try {
    readSync(file, header, 0, header.length, 0);
  } finally {
    closeSync(file);
  }
  const isDatabase = header.toString("latin1", 0, MAGIC.length) === MAGIC;
  return { isDatabase, wal: isDatabase && header[WRITE_VERSION_AT] === WAL, bytes };
}
