import { statfsSync } from "node:fs";
import { dirname } from "node:path";
import { bytesText } from "../../common/bytes-text.js";
import { nearestExisting } from "../../database/make-folder.js";
import { type Check, type Finding, ok, warning } from "../check.js";

/** A day of two hundred machines at one report per ten seconds, or the log beside a file that is long written to. */
const FEW_BYTES = 2 ** 30;

/** The room on the file system that holds the file. */
export function spaceCheck(path: string): Check {
  return {
    name: "database.space",
    needs: ["database.folder"],
    run: () => {
      const { bavail, bsize } = statfsSync(nearestExisting(dirname(path)));
      return Promise.resolve([judgeSpace(bavail * bsize)]);
    },
  };
}

/** `free`: bytes that this user may still write. */
export function judgeSpace(free: number): Finding {
  const what = `${bytesText(free)} are free on the file system of the database`;
  return free < FEW_BYTES ? warning({ what, fix: "make room: reports are answered 503 when it is full" }) : ok(what);
}
