import { Logger } from "@nestjs/common";
import Database from "better-sqlite3";
import { randomUUID } from "node:crypto";
import { statSync } from "node:fs";
import { dirname } from "node:path";
import { BackendUnavailableError } from "../../common/fleet-error.js";
import { journalModeOf } from "../../database/journal-mode.js";
import { askDatabase } from "../../database/ask-database.js";
import { createPrivateFile, isBusy } from "../../database/sqlite-file.js";
import { FirstSights } from "./first-sights.js";
import type { NodeRegistry, RegistryEntry } from "./node-registry.js";

/** How long a statement may block the event loop waiting for a lock; the rest of the waiting is `askDatabase`'s. */
const LOCK_WAIT_MS = 20;
/** Soon enough for the heartbeat to try again within its interval. */
const GIVE_UP_AFTER_MS = 1_500;

/** Replacing a row deletes it and makes a new one, so that the revision, never used twice, tells every write apart. */
const SCHEMA = `CREATE TABLE IF NOT EXISTS nodes (
  revision INTEGER PRIMARY KEY AUTOINCREMENT, node_id TEXT NOT NULL UNIQUE, record TEXT NOT NULL,
  written_at_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS registry (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), id TEXT NOT NULL) STRICT`;
const PUBLISH = "INSERT OR REPLACE INTO nodes (node_id, record, written_at_ms) VALUES (?, ?, ?)";
const LIST = "SELECT node_id AS nodeId, record, revision, written_at_ms AS writtenAtMs FROM nodes";

interface NodeRow {
  readonly nodeId: string;
  readonly record: string;
  readonly revision: number;
  readonly writtenAtMs: number;
}

interface OpenFile {
  readonly db: Database.Database;
  readonly device: number;
  readonly inode: number;
}

/**
 * Node records in a SQLite database of their own, which all nodes share on one host or a network file system. SQLite has
 * no clock: a record's time is its writer's, and `FirstSights` says how little is made of it.
 */
export class SqliteNodeRegistry implements NodeRegistry {
  private file: OpenFile | undefined;
  private readonly sights = new FirstSights();

  constructor(private readonly path: string) {}

  async publish(nodeId: string, record: string): Promise<void> {
    await this.use((db) => {
      const writtenAtMs = Date.now();
      const { lastInsertRowid } = db.prepare(PUBLISH).run(nodeId, record, writtenAtMs);
      this.sights.wrote({ nodeId, revision: Number(lastInsertRowid), writtenAtMs }, performance.now());
    });
  }

  async list(): Promise<readonly RegistryEntry[]> {
    return this.use((db) => {
      const rows = db.prepare<[], NodeRow>(LIST).all();
      const ages = this.sights.ages(rows, { monotonicMs: performance.now(), wallMs: Date.now() });
      return rows.map(({ nodeId, record }, at) => ({ nodeId, record, ageMs: ages[at] ?? 0 }));
    });
  }

  async remove(nodeId: string): Promise<void> {
    await this.use((db) => db.prepare("DELETE FROM nodes WHERE node_id = ?").run(nodeId));
  }

  async id(): Promise<string> {
    return this.use((db) => {
      db.prepare("INSERT OR IGNORE INTO registry (only_row, id) VALUES (1, ?)").run(randomUUID());
      const row = db.prepare<[], { id: string }>("SELECT id FROM registry").get();
      if (row === undefined) throw new Error("SQLite did not keep the registry's id");
      return row.id;
    });
  }

  close(): Promise<void> {
    this.letGo();
    return Promise.resolve();
  }

  private async use<T>(statements: (db: Database.Database) => T): Promise<T> {
    try {
      return await askDatabase(() => Promise.resolve().then(() => statements(this.connection())), {
        giveUpAfterMs: GIVE_UP_AFTER_MS,
      });
    } catch (error) {
      const cause = error instanceof BackendUnavailableError ? error.cause : error;
      // Whatever is wrong with the file, another one may have taken its place by the next time.
      if (!isBusy(cause)) this.letGo();
      throw new BackendUnavailableError("cluster registry", cause);
    }
  }

  /** An open file stays usable after it was removed or replaced, but then nobody else sees what is written there. */
  private connection(): Database.Database {
    const found = statSync(this.path, { throwIfNoEntry: false });
    if (this.file && found?.ino === this.file.inode && found.dev === this.file.device) return this.file.db;
    this.letGo();
    this.file = openFile(this.path);
    return this.file.db;
  }

  private letGo(): void {
    this.file?.db.close();
    this.file = undefined;
  }
}

function openFile(path: string): OpenFile {
  createPrivateFile(path);
  const { dev: device, ino: inode } = statSync(path);
  const { mode, networkFileSystem } = journalModeOf(dirname(path));
  const db = new Database(path, { timeout: LOCK_WAIT_MS });
  try {
    db.pragma(`journal_mode = ${mode}`);
    // A heartbeat that a power cut undoes is repeated soon; syncing each would block the event loop.
    db.pragma("synchronous = NORMAL");
    db.exec(SCHEMA);
  } catch (error) {
    db.close();
    throw error;
  }
  if (networkFileSystem !== undefined) {
    new Logger("Cluster").warn(
      `cluster.state_path lies on a network file system (${networkFileSystem}): its SQLite database uses the rollback ` +
        "journal, which is slower. The postgres and redis backends suit several hosts better.",
    );
  }
  return { db, device, inode };
}
