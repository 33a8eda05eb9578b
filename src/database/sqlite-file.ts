import type Database from "better-sqlite3";
import { closeSync, openSync } from "node:fs";
import { dirname } from "node:path";
import type { JournalMode } from "./journal-mode.js";
import { makeFolder } from "./make-folder.js";

/** Makes the file and its folder where they are missing, readable by this user only. SQLite's own files follow suit. */
export function createPrivateFile(path: string): void {
  makeFolder(dirname(path));
  closeSync(openSync(path, "a", 0o600));
}

/**
 * Settings every connection needs. `synchronous = FULL` makes a commit durable before it returns, which is what an
 * answered report promises.
 */
export function prepareConnection(db: Database.Database, journal: JournalMode): void {
  db.pragma(`journal_mode = ${journal.mode}`);
  db.pragma("synchronous = FULL");
  db.pragma("foreign_keys = ON");
}

/** Whether SQLite gave up waiting for another connection's lock. */
export function isBusy(error: unknown): boolean {
  return sqliteCode(error)?.startsWith("SQLITE_BUSY") === true;
}

/** Whether the error says that the file cannot be used now (locked, full, unreadable), not that a statement is wrong. */
export function isUnavailable(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED|FULL|IOERR|CANTOPEN|READONLY|NOTADB|CORRUPT|PERM|PROTOCOL)/.test(
    sqliteCode(error) ?? "",
  );
}

/** SQLite's result code, from the driver's error or from TypeORM's wrapper around it. */
export function sqliteCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  if ("code" in error && typeof error.code === "string") return error.code;
  return "driverError" in error ? sqliteCode(error.driverError) : undefined;
}
