import Database from "better-sqlite3";
import { closeSync, fsyncSync, openSync, rmSync } from "node:fs";

/** Four megabytes: short enough for the bar to move, and for Ctrl-C to be heard. */
const PAGES_PER_STEP = 1024;
const LOCK_WAIT_MS = 5_000;

interface Copying {
  /** 0 to 1. */
  readonly onProgress: (done: number) => void;
  /** Its reason is thrown. */
  readonly signal: AbortSignal;
}

/**
 * Copies a SQLite database, as it is when this begins, into a new file for this user only, while others go on writing: by
 * SQLite's online backup, inside one reading transaction, without which each write of another process would begin the copy
 * anew. The copy is one file, in rollback-journal mode, and durable. Where it fails nothing is left behind. Throws SQLite's error.
 */
export async function copyDatabase(from: string, to: string, copying: Copying): Promise<void> {
  closeSync(openSync(to, "wx", 0o600));
  try {
    await copy(from, to, copying);
    settle(to);
  } catch (error) {
    removeDatabase(to);
    throw error;
  }
}

/** The file, and whatever SQLite keeps beside it. */
export function removeDatabase(path: string): void {
  for (const suffix of ["", "-wal", "-shm", "-journal"]) rmSync(path + suffix, { force: true });
}

async function copy(from: string, to: string, { onProgress, signal }: Copying): Promise<void> {
  const source = new Database(from, { fileMustExist: true, timeout: LOCK_WAIT_MS });
  try {
    source.pragma("query_only = ON");
    source.exec("BEGIN");
    // The first read is what takes the snapshot.
    source.prepare("SELECT count(*) FROM sqlite_master").get();
    await source.backup(to, {
      progress: ({ totalPages, remainingPages }) => {
        signal.throwIfAborted();
        onProgress(totalPages === 0 ? 0 : 1 - remainingPages / totalPages);
        return PAGES_PER_STEP;
      },
    });
  } finally {
    source.close();
  }
}

/** A copy of a database with write-ahead logging says that it has a log, which would come into being at the next look. */
function settle(path: string): void {
  const copied = new Database(path);
  try {
    copied.pragma("journal_mode = DELETE");
  } finally {
    copied.close();
  }
  syncFile(path);
}

/** Also of a folder: then it holds its entries durably. */
export function syncFile(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
