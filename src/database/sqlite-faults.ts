import { accessSync, constants, existsSync, statSync, statfsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { explainFailure } from "../common/explain-failure.js";
import type { Fault } from "../common/fault.js";
import type { JournalMode } from "./journal-mode.js";
import { nearestExisting } from "./make-folder.js";
import { sqliteCode } from "./sqlite-file.js";

const SETTING = "server.db_path";
/** `f_type` of what the kernel shows as files (linux/magic.h): /proc and /sys. Root may write there, and makes nothing. */
const KERNEL_FILE_SYSTEMS = new Set([0x9fa0, 0x62656572]);

/** By SQLite's result code. */
const fixes: readonly (readonly [code: RegExp, fix: string])[] = [
  [/^SQLITE_NOTADB/, `name another file in ${SETTING}, or put the database's own back from a backup`],
  [
    /^SQLITE_CORRUPT/,
    "stop all nodes, then put a backup in its place, or save what can be read: sqlite3 FILE .recover",
  ],
  [/^(SQLITE_FULL|ENOSPC|EDQUOT)/, "make room on the file system"],
  [/^SQLITE_(BUSY|LOCKED|PROTOCOL)/, "find the program that keeps the file locked (fuser FILE) and end it"],
  [/^SQLITE_ERROR/, `name a file of the fleet's own in ${SETTING}`],
  [/^SQLITE_(READONLY|CANTOPEN|PERM)/, "let the user that runs the node write the file and its folder"],
];
const OTHER_FIX = "look for errors of the disk (dmesg)";

/** What SQLite says of the file, when it cannot be used. */
export function sqliteFault(path: string, error: unknown): Fault {
  const code = sqliteCode(error) ?? "";
  const fix = fixes.find(([pattern]) => pattern.test(code))?.[1] ?? OTHER_FIX;
  // TypeORM puts the error's class before its words.
  return unusable(path, explainFailure(error).replace(/^SqliteError: /, ""), fix.replace("FILE", path));
}

/** Another program's tables: a migration cannot make one of that name. */
export function takenTableFault(path: string, table: string): Fault {
  return sqliteFault(path, Object.assign(new Error(`table ${table} already exists`), { code: "SQLITE_ERROR" }));
}

/** Why the file cannot lie where it is to lie, or be read and written there by this user. Makes nothing. */
export function placeFault(path: string): Fault | undefined {
  return folderFault(path) ?? fileFault(path);
}

export function folderFault(path: string): Fault | undefined {
  const folder = dirname(resolve(path));
  const found = nearestExisting(folder);
  const wanted = found === folder ? "" : ` (${folder} is to be made in it)`;
  const fault = (what: string, fix: string) => unusable(path, `${found} ${what}${wanted}`, fix);
  if (!statSync(found).isDirectory()) return fault("is no folder", `name another file in ${SETTING}`);
  if (KERNEL_FILE_SYSTEMS.has(statfsSync(found).type)) {
    return fault("takes no files", `name a file on a disk in ${SETTING}`);
  }
  const refusal = refusalOf(found, constants.W_OK | constants.X_OK);
  if (refusal === undefined) return undefined;
  return fault(`cannot be written by this user (${refusal})`, "let the user that runs the node write that folder");
}

function fileFault(path: string): Fault | undefined {
  if (!existsSync(path)) return undefined;
  if (!statSync(path).isFile()) return unusable(path, "it is no file", `name a file in ${SETTING}`);
  const refusal = refusalOf(path, constants.R_OK | constants.W_OK);
  if (refusal === undefined) return undefined;
  return unusable(
    path,
    `this user cannot read and write it (${refusal})`,
    "let the user that runs the node read and write the file",
  );
}

/** Where the file system lies behind a network; the node works there, with the other journal. */
export function networkFault({ networkFileSystem }: JournalMode): Fault | undefined {
  if (networkFileSystem === undefined) return undefined;
  return {
    what:
      `The database lies on a network file system (${networkFileSystem}): using the rollback journal, which is ` +
      "slower",
    fix: "use PostgreSQL for a cluster under load",
  };
}

function unusable(path: string, why: string, fix: string): Fault {
  return { what: `${SETTING}: ${path} cannot be used as the database: ${why}`, fix };
}

/** The system's code. */
function refusalOf(path: string, mode: number): string | undefined {
  try {
    accessSync(path, mode);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}
