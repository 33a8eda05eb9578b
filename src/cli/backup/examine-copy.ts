import Database from "better-sqlite3";
import type { Fault } from "../../common/fault.js";
import type { FleetConfig } from "../../config/config-schema.js";
import { DocumentCipher } from "../../database/document-cipher.js";
import { KEY_CHECK_SETTING, keyFault, missingKeysFault } from "../../database/key-check.js";
import { sqliteMigrations } from "../../database/migrations/sqlite-migrations.js";
import { KEY_PREFIX } from "../../database/sealers.js";

const TABLES = ["settings", "migrations", "users", "machines", "node_incarnations"];
const DAMAGES_TOLD = 3;

export interface CopiedDatabase {
  readonly settings: ReadonlyMap<string, string>;
  /** The ids of the keys that may have sealed something in it. */
  readonly keysInUse: readonly string[];
  readonly machines: number;
  /** The newest start of each node id. */
  readonly starts: ReadonlyMap<string, number>;
}

/** Reads every page and index. Undefined where SQLite finds them whole. Throws SQLite's error. */
export function damageOf(path: string): Fault | undefined {
  const found = reading(path, (db) => db.pragma(`integrity_check(${DAMAGES_TOLD})`)) as { integrity_check: string }[];
  const damages = found.map(({ integrity_check }) => integrity_check).filter((line) => line !== "ok");
  if (damages.length === 0) return undefined;
  return { what: `${path} is damaged: ${damages.join("; ")}`, fix: "take another backup" };
}

/** What the file says of itself, or why it is no database of a fleet that this program can use. Throws SQLite's error. */
export function readCopy(path: string): CopiedDatabase | Fault {
  return reading(path, (db) => {
    const names = db.prepare<[], { name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    const missing = TABLES.filter((table) => !names.some(({ name }) => name === table));
    if (missing.length > 0) {
      return {
        what: `${path} holds no fleet: it has no table ${missing.join(", ")}`,
        fix: "name a backup of the fleet",
      };
    }
    const known = new Set(sqliteMigrations.map(({ name }) => name));
    const applied = db.prepare<[], { name: string }>("SELECT name FROM migrations").all();
    const newer = applied.filter(({ name }) => !known.has(name)).map(({ name }) => name);
    if (newer.length > 0) {
      return { what: `${path} comes from a newer version (${newer.join(", ")})`, fix: "update this program first" };
    }
    const rows = db.prepare<[], { name: string; value: string }>("SELECT name, value FROM settings").all();
    const settings = new Map(rows.map(({ name, value }) => [name, value]));
    const starts = db
      .prepare<[], { node_id: string; incarnation: number }>("SELECT node_id, incarnation FROM node_incarnations")
      .all();
    return {
      settings,
      keysInUse: [...settings.keys()]
        .filter((name) => name.startsWith(KEY_PREFIX))
        .map((name) => name.slice(KEY_PREFIX.length)),
      machines: db.prepare<[], { count: number }>("SELECT count(*) AS count FROM machines").get()?.count ?? 0,
      starts: new Map(starts.map(({ node_id, incarnation }) => [node_id, incarnation])),
    };
  });
}

/** Why this configuration's keys cannot read it; undefined where they can. */
export function keysFault({ settings, keysInUse }: CopiedDatabase, { server }: FleetConfig): Fault | undefined {
  const cipher = new DocumentCipher(server.db_encryption_key);
  const keyCheck = settings.get(KEY_CHECK_SETTING);
  return (
    (keyCheck === undefined ? undefined : keyFault(cipher, keyCheck)) ?? missingKeysFault(cipher.keyIds, keysInUse)
  );
}

function reading<T>(path: string, read: (db: Database.Database) => T): T {
  const db = new Database(path, { fileMustExist: true });
  try {
    db.pragma("query_only = ON");
    return read(db);
  } finally {
    db.close();
  }
}
