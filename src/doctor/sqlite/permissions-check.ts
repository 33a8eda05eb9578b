import { existsSync, statSync } from "node:fs";
import { type Check, type Finding, ok, warning } from "../check.js";
import { readHeader } from "./sqlite-header.js";

/** What SQLite keeps beside the file holds the same data. */
const SUFFIXES = ["", "-wal", "-journal"];
const OTHERS = 0o077;

/** Whether anybody else may read what nodes make for their own user alone. */
export function permissionsCheck(path: string): Check {
  return {
    name: "database.permissions",
    // Of another program's file nobody should take rights away.
    needs: ["database.format"],
    run: () => Promise.resolve(readHeader(path) ? look(path) : []),
  };
}

function look(path: string): Finding[] {
  const files = SUFFIXES.map((suffix) => path + suffix).filter((file) => existsSync(file));
  const open = files.filter((file) => (modeOf(file) & OTHERS) !== 0);
  if (open.length === 0) return [ok("only its owner can read it")];
  return open.map((file) =>
    warning({
      what: `others than its owner may use ${file} (mode ${modeOf(file).toString(8).padStart(4, "0")})`,
      fix: `chmod 600 ${file}`,
    }),
  );
}

function modeOf(file: string): number {
  return statSync(file).mode & 0o777;
}
