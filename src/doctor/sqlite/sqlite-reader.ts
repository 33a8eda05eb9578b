import Database from "better-sqlite3";
import { existsSync } from "node:fs";
import type { Fault } from "../../common/fault.js";
import { takenTableFault } from "../../database/sqlite-faults.js";
import { NotExaminedError } from "../check.js";
import type { ExaminedDatabase } from "../examined-database.js";
import { readHeader } from "./sqlite-header.js";

const LOCK_WAIT_MS = 2_000;
const DAMAGES_TOLD = 3;

/**
 * The SQLite file on a connection that writes nothing. Beside a log that is there it is opened only to read. Write-ahead
 * logging without a log is what the last node left that stopped: there every connection has to make the log's files, and
 * only one that could write removes them at its end, under SQLite's own lock; so that one is forbidden to write instead.
 */
export class SqliteReader implements ExaminedDatabase {
  private opened: Database.Database | undefined;

  constructor(readonly path: string) {}

  /** Whether there is nothing to be read: no file, or one without a byte. */
  get isEmpty(): boolean {
    return readHeader(this.path) === undefined;
  }

  async read<Row>(table: string, columns: readonly (keyof Row & string)[]): Promise<readonly Row[] | undefined> {
    if (!(await this.has(table))) return undefined;
    return this.open()
      .prepare<[], Row>(`SELECT ${columns.join(", ")} FROM ${table}`)
      .all();
  }

  has(table: string): Promise<boolean> {
    if (this.isEmpty) return Promise.resolve(false);
    const found = this.open().prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(table);
    return Promise.resolve(found !== undefined);
  }

  takenTableFault(table: string): Fault {
    return takenTableFault(this.path, table);
  }

  /** The first damages in SQLite's words; undefined where it finds none. Throws SQLite's error where it cannot look. */
  findDamage(): string | undefined {
    const found = this.open().pragma(`quick_check(${DAMAGES_TOLD})`) as { quick_check: string }[];
    const damages = found.map(({ quick_check }) => quick_check).filter((line) => line !== "ok");
    return damages.length === 0 ? undefined : damages.join("; ");
  }

  close(): void {
    this.opened?.close();
  }

  private open(): Database.Database {
    if (this.opened) return this.opened;
    const log = `${this.path}-wal`;
    const leftByTheLast = readHeader(this.path)?.wal === true && !existsSync(log);
    // Whoever reads a log without its index makes that, and only who may write removes it again.
    if (existsSync(log) && !existsSync(`${this.path}-shm`)) throw unfinished(log);
    const database = new Database(this.path, {
      readonly: !leftByTheLast,
      fileMustExist: true,
      timeout: LOCK_WAIT_MS,
    });
    database.pragma("query_only = ON");
    this.opened = database;
    return database;
  }
}

/** The file beside the database holds a write that only a connection which may write can take in, or undo. */
export function unfinished(file: string): NotExaminedError {
  return new NotExaminedError({
    what: `${file} holds a write that was broken off`,
    fix: "start a node, which clears that up, then look again",
  });
}
