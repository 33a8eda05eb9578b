import Database from "better-sqlite3";
import { chownSync, existsSync, linkSync, renameSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { isBusy } from "../../database/sqlite-file.js";
import { CommandError } from "../command-error.js";
import { syncFile } from "./copy-database.js";

const LOCK_WAIT_MS = 1_000;
const BESIDE = ["-wal", "-shm", "-journal"];

/**
 * The database that is to be replaced, which nobody else may use meanwhile. What its log holds has been taken into the
 * file, as far as the file is whole: what lies beside it afterwards is moved away with it.
 */
export class ReplacedDatabase {
  private constructor(
    readonly path: string,
    private readonly held: Database.Database | undefined,
  ) {}

  /** Throws CommandError where another program has it open. */
  static hold(path: string): ReplacedDatabase {
    if (!existsSync(path)) return new ReplacedDatabase(path, undefined);
    const db = new Database(path, { timeout: LOCK_WAIT_MS });
    try {
      // Write-ahead logging ends only where nobody else has the file open, not even idly.
      const mode = db.pragma("journal_mode = DELETE", { simple: true });
      db.pragma("locking_mode = EXCLUSIVE");
      db.exec("BEGIN EXCLUSIVE");
      if (mode !== "delete") throw inUse(path);
      return new ReplacedDatabase(path, db);
    } catch (error) {
      db.close();
      if (isBusy(error)) throw inUse(path);
      if (error instanceof CommandError) throw error;
      // It is damaged, or no database at all: a reason to replace it.
      return new ReplacedDatabase(path, undefined);
    }
  }

  /** Puts the file in its place, and resolves with where the one before now lies. Durable when it returns. */
  replaceWith(copy: string, keepAs: string): string | undefined {
    const { path } = this;
    const isThere = existsSync(path);
    giveToOwnerOf(isThere ? path : dirname(resolve(path)), copy);
    const beside = BESIDE.filter((suffix) => existsSync(path + suffix));
    for (const suffix of beside) renameSync(path + suffix, keepAs + suffix);
    if (isThere) keepBeside(path, keepAs);
    try {
      renameSync(copy, path);
    } catch (error) {
      if (isThere) renameSync(keepAs, path);
      for (const suffix of beside) renameSync(keepAs + suffix, path + suffix);
      throw error;
    }
    syncFile(dirname(resolve(path)));
    return isThere ? keepAs : undefined;
  }

  release(): void {
    this.held?.close();
  }
}

/** By a second name, so that at no moment there is no database: a node that started then would make an empty one. */
function keepBeside(path: string, keepAs: string): void {
  try {
    linkSync(path, keepAs);
  } catch {
    // Some file systems have no second names.
    renameSync(path, keepAs);
  }
}

/** Run by root it would otherwise be root's, and no node could open it. */
function giveToOwnerOf(model: string, file: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(model);
  chownSync(file, uid, gid);
}

function inUse(path: string): CommandError {
  return new CommandError({
    what: `Another program has ${path} open`,
    fix: `stop all nodes (fuser ${path} tells who it is); nothing was changed`,
  });
}
