import { Logger } from "@nestjs/common";
import Database from "better-sqlite3";
import { randomUUID } from "node:crypto";
import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { BackendUnavailableError } from "../../common/fleet-error.js";
import { journalModeOf } from "../../database/journal-mode.js";
import { askDatabase } from "../../database/ask-database.js";
import { createPrivateFile, isBusy } from "../../database/sqlite-file.js";
import { FolderClock } from "./folder-clock.js";
import type { SessionRow, SessionTable } from "./session-table.js";

/** Each of many requests that meet a lock blocks the event loop so long; the rest of the waiting is `askDatabase`'s. */
const LOCK_WAIT_MS = 2;
const GIVE_UP_AFTER_MS = 1_500;

const SCHEMA = `CREATE TABLE IF NOT EXISTS sessions (
  key TEXT PRIMARY KEY, text TEXT NOT NULL, used_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sessions_used_at ON sessions (used_at_ms);
CREATE TABLE IF NOT EXISTS store (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), id TEXT NOT NULL) STRICT`;

const READ = "SELECT text FROM sessions WHERE key = ? AND used_at_ms >= ?";
const CREATE = "INSERT OR REPLACE INTO sessions (key, text, used_at_ms) VALUES (?, ?, ?)";
const UPDATE = "UPDATE sessions SET text = ?, used_at_ms = ? WHERE key = ? AND used_at_ms >= ?";
const RENEW = "UPDATE sessions SET used_at_ms = ? WHERE key = ? AND used_at_ms >= ?";
const REMOVE = "DELETE FROM sessions WHERE key = ?";
const REMOVE_EXPIRED = "DELETE FROM sessions WHERE key IN (SELECT key FROM sessions WHERE used_at_ms < ? LIMIT ?)";
const KEEP_ID = "INSERT OR IGNORE INTO store (only_row, id) VALUES (1, ?)";
const READ_ID = "SELECT id FROM store";
const COUNT = "SELECT count(*) AS count FROM (SELECT 1 FROM sessions WHERE used_at_ms >= ? LIMIT ?)";
const PAGE = "SELECT key, text, used_at_ms FROM sessions WHERE key > ? AND used_at_ms >= ? ORDER BY key LIMIT ?";
const CHECK = "SELECT 1 FROM sessions LIMIT 1";

interface Moment {
  readonly nowMs: number;
  /** What was used before has expired. */
  readonly expiredMs: number;
}

interface OpenFile {
  readonly db: Database.Database;
  readonly device: number;
  readonly inode: number;
}

/**
 * Sessions in a SQLite database of their own, shared by the nodes of one host or through a network file system. Time is
 * the file system's, read off a file beside the database: SQLite has no clock, and the nodes' own need not agree.
 */
export class SqliteSessionTable implements SessionTable {
  private readonly clock: FolderClock;
  private file: OpenFile | undefined;

  private constructor(
    private readonly path: string,
    private readonly ttlSeconds: number,
  ) {
    this.clock = new FolderClock(clockFileOf(path));
  }

  /** Makes the files where they are missing, for this user only; throws where that is not possible. */
  static open(path: string, ttlSeconds: number): SqliteSessionTable {
    createPrivateFile(path);
    createPrivateFile(clockFileOf(path));
    const { networkFileSystem } = journalModeOf(dirname(path));
    if (networkFileSystem !== undefined) {
      new Logger("Sessions").warn(
        `sessions.db_path lies on a network file system (${networkFileSystem}): its SQLite database uses the rollback ` +
          "journal, which is slower. The postgres and redis backends suit several hosts better.",
      );
    }
    return new SqliteSessionTable(path, ttlSeconds);
  }

  async read(key: string): Promise<string | null> {
    const row = await this.use((db, { expiredMs }) =>
      db.prepare<[string, number], { text: string }>(READ).get(key, expiredMs),
    );
    return row?.text ?? null;
  }

  async create(key: string, text: string): Promise<void> {
    await this.use((db, { nowMs }) => db.prepare(CREATE).run(key, text, nowMs));
  }

  async update(key: string, text: string): Promise<void> {
    await this.use((db, { nowMs, expiredMs }) => db.prepare(UPDATE).run(text, nowMs, key, expiredMs));
  }

  async renew(key: string): Promise<void> {
    await this.use((db, { nowMs, expiredMs }) => db.prepare(RENEW).run(nowMs, key, expiredMs));
  }

  async remove(key: string): Promise<void> {
    await this.use((db) => {
      // A power cut may undo a login, but must not undo a logout.
      db.pragma("synchronous = FULL");
      try {
        db.prepare(REMOVE).run(key);
      } finally {
        db.pragma("synchronous = NORMAL");
      }
    });
  }

  async removeExpired(limit: number): Promise<number> {
    return this.use((db, { expiredMs }) => db.prepare(REMOVE_EXPIRED).run(expiredMs, limit).changes);
  }

  async id(): Promise<string> {
    return this.use((db) => {
      const kept = () => db.prepare<[], { id: string }>(READ_ID).get();
      if (!kept()) db.prepare(KEEP_ID).run(randomUUID());
      const row = kept();
      if (row === undefined) throw new Error("SQLite did not keep the session store's id");
      return row.id;
    });
  }

  async count(limit: number): Promise<number> {
    const row = await this.use((db, { expiredMs }) =>
      db.prepare<[number, number], { count: number }>(COUNT).get(expiredMs, limit),
    );
    return row?.count ?? 0;
  }

  async page(after: string, limit: number): Promise<SessionRow[]> {
    return this.use((db, { nowMs, expiredMs }) => {
      const rows = db
        .prepare<[string, number, number], { key: string; text: string; used_at_ms: number }>(PAGE)
        .all(after, expiredMs, limit);
      return rows.map(({ key, text, used_at_ms }) => ({ key, text, idleMs: Math.max(nowMs - used_at_ms, 0) }));
    });
  }

  async check(): Promise<void> {
    await this.use((db) => db.prepare(CHECK).get());
  }

  close(): Promise<void> {
    this.letGo();
    return Promise.resolve();
  }

  private async use<T>(statement: (db: Database.Database, moment: Moment) => T): Promise<T> {
    try {
      return await askDatabase(
        async () => {
          const found = await stat(this.path);
          const nowMs = Math.floor(await this.clock.nowMs());
          return statement(this.connectionTo(found), { nowMs, expiredMs: nowMs - this.ttlSeconds * 1000 });
        },
        { giveUpAfterMs: GIVE_UP_AFTER_MS },
      );
    } catch (error) {
      const cause = error instanceof BackendUnavailableError ? error.cause : error;
      // Whatever is wrong with the file, another one may have taken its place by the next time.
      if (!isBusy(cause)) this.letGo();
      throw new BackendUnavailableError("session store", cause);
    }
  }

  /**
   * An open file stays usable after it was removed or replaced, but then nobody else sees what is written there. One that
   * is missing is never made anew while the node runs: an empty place where a share is to be mounted is not ours.
   */
  private connectionTo({ dev, ino }: Stats): Database.Database {
    if (this.file?.inode === ino && this.file.device === dev) return this.file.db;
    this.letGo();
    const db = openExisting(this.path);
    this.file = { db, device: dev, inode: ino };
    return db;
  }

  private letGo(): void {
    this.file?.db.close();
    this.file = undefined;
  }
}

function openExisting(path: string): Database.Database {
  const db = new Database(path, { timeout: LOCK_WAIT_MS, fileMustExist: true });
  try {
    db.pragma(`journal_mode = ${journalModeOf(dirname(path)).mode}`);
    // Syncing each commit would block the event loop.
    db.pragma("synchronous = NORMAL");
    db.exec(SCHEMA);
  } catch (error) {
    db.close();
    throw error;
  }
  return db;
}

function clockFileOf(path: string): string {
  return `${path}-clock`;
}
