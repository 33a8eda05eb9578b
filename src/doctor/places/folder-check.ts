import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { journalModeOf } from "../../database/journal-mode.js";
import { nearestExisting } from "../../database/make-folder.js";
import { type Check, type Finding, failure, ok, warning } from "../check.js";

/** Where nodes keep something in files. */
export interface FilePlace {
  /** The setting that names it. */
  readonly setting: string;
  readonly folder: string;
  /** The files in it that are there already, or may be. */
  readonly files: readonly string[];
  /** Whether a SQLite database lies in it, which is slow on a network file system. */
  readonly sqlite: boolean;
}

export function sqlitePlace(setting: string, file: string): FilePlace {
  return { setting, folder: dirname(resolve(file)), files: [file], sqlite: true };
}

export function folderPlace(setting: string, folder: string): FilePlace {
  return { setting, folder: resolve(folder), files: [], sqlite: false };
}

/** Whether nodes can write there. */
export function filePlaceCheck(name: string, place: FilePlace): Check {
  return { name, needs: [], run: () => Promise.resolve(look(place)) };
}

function look({ setting, folder, files, sqlite }: FilePlace): Finding[] {
  const found = nearestExisting(folder);
  if (!statSync(found).isDirectory()) {
    return [failure({ what: `${setting}: ${found} is no folder`, fix: `name another place in ${setting}` })];
  }
  for (const path of [found, ...files.filter((file) => existsSync(file))]) {
    if (isWritable(path)) continue;
    const what = `${setting}: ${path} cannot be written by this user`;
    return [failure({ what, fix: "let the user that runs the node write it" })];
  }
  const { networkFileSystem } = journalModeOf(found);
  if (sqlite && networkFileSystem !== undefined) {
    const what = `${setting}: the database lies on a network file system (${networkFileSystem}), where it is slow`;
    return [warning({ what, fix: "use the postgres or redis backend for several hosts" })];
  }
  return [ok(found === folder ? `${folder} can be written` : `${folder} will be made at the next start`)];
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK | (statSync(path).isDirectory() ? constants.X_OK : 0));
    return true;
  } catch {
    return false;
  }
}
