import { dirname } from "node:path";
import { type JournalMode, journalModeOf } from "../../database/journal-mode.js";
import { networkFault } from "../../database/sqlite-faults.js";
import { type Check, type Finding, ok, warning } from "../check.js";
import { readHeader } from "./sqlite-header.js";

/** Whether the file was written with the journal that its file system allows. */
export function journalCheck(path: string): Check {
  return {
    name: "database.journal",
    needs: ["database.format"],
    run: () => {
      const header = readHeader(path);
      return Promise.resolve(header ? judgeJournal(journalModeOf(dirname(path)), header) : []);
    },
  };
}

/** `wal`: whether the file was last written with write-ahead logging. */
export function judgeJournal(journal: JournalMode, { wal }: { readonly wal: boolean }): Finding[] {
  const slow = networkFault(journal);
  if (slow && wal) {
    return [
      warning({
        what: `write-ahead logging corrupts a database on a network file system (${journal.networkFileSystem ?? ""})`,
        fix: "stop every program that has the file open, then start the nodes: they set the other journal",
      }),
    ];
  }
  if (slow) return [warning(slow)];
  return [ok(wal ? "write-ahead logging, on a local disk" : "write-ahead logging begins with the next start")];
}
