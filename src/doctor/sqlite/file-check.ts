import { existsSync, statSync } from "node:fs";
import { placeFault } from "../../database/sqlite-faults.js";
import { type Check, type Finding, failure, ok, warning } from "../check.js";

/** What SQLite keeps beside the file holds the same data. */
const SUFFIXES = ["", "-wal", "-journal"];
const OTHERS = 0o077;

/** Whether the file, where there is one, is this user's to write and nobody else's to read. */
export function fileCheck(path: string): Check {
  return {
    name: "database.file",
    needs: ["database.folder"],
    run: () => Promise.resolve([...findings(path)]),
  };
}

function* findings(path: string): Generator<Finding> {
  const fault = placeFault(path);
  if (fault) {
    yield failure(fault);
    return;
  }
  if (!existsSync(path)) {
    yield ok(`${path} is not there yet: it will be made at the next start`);
    return;
  }
  const open = SUFFIXES.map((suffix) => path + suffix).filter((file) => existsSync(file) && modeOf(file) & OTHERS);
  if (open.length === 0) yield ok(`${path} can be read and written, by its owner alone`);
  for (const file of open) {
    yield warning({
      what: `others than its owner may use ${file} (mode ${modeOf(file).toString(8).padStart(4, "0")})`,
      fix: `chmod 600 ${file}`,
    });
  }
}

function modeOf(file: string): number {
  return statSync(file).mode & 0o777;
}
