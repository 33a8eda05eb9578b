import { bytesText } from "../../common/bytes-text.js";
import { sqliteFault } from "../../database/sqlite-faults.js";
import { type Check, failure, ok } from "../check.js";
import { readHeader } from "./sqlite-header.js";

/** Whether the file is a SQLite database at all. */
export function formatCheck(path: string): Check {
  return {
    name: "database.format",
    needs: ["database.file"],
    run: () => {
      const header = readHeader(path);
      if (!header) return Promise.resolve([]);
      // In SQLite's own words, which the start has.
      const refusal = Object.assign(new Error("file is not a database"), { code: "SQLITE_NOTADB" });
      return Promise.resolve([
        header.isDatabase ? ok(`a SQLite database of ${bytesText(header.bytes)}`) : failure(sqliteFault(path, refusal)),
      ]);
    },
  };
}
