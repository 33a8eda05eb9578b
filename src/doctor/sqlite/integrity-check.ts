import { sqliteFault } from "../../database/sqlite-faults.js";
import { sqliteCode } from "../../database/sqlite-file.js";
import { type Check, type Finding, NotExaminedError, failure, ok } from "../check.js";
import { type SqliteReader, unfinished } from "./sqlite-reader.js";

/** A write that was broken off lies beside the file: only who may write can read past it. */
const BROKEN_OFF = /^SQLITE_READONLY_(ROLLBACK|RECOVERY|CANTINIT)/;
const LOCKED = /^SQLITE_(BUSY|LOCKED)/;

/** Whether SQLite finds its pages whole. Reads the file from end to end. */
export function integrityCheck(reader: SqliteReader): Check {
  return {
    name: "database.integrity",
    needs: ["database.format"],
    run: () => Promise.resolve(reader.isEmpty ? [] : [look(reader)]),
  };
}

function look(reader: SqliteReader): Finding {
  try {
    const damage = reader.findDamage();
    if (damage === undefined) return ok("no damaged page (PRAGMA quick_check)");
    const error = Object.assign(new Error(`database disk image is malformed: ${damage}`), { code: "SQLITE_CORRUPT" });
    return failure(sqliteFault(reader.path, error));
  } catch (error) {
    if (error instanceof NotExaminedError) throw error;
    const code = sqliteCode(error) ?? "";
    if (BROKEN_OFF.test(code)) throw unfinished(`${reader.path}-journal`);
    const fault = sqliteFault(reader.path, error);
    if (LOCKED.test(code)) throw new NotExaminedError(fault, { cause: error });
    return failure(fault);
  }
}
