import { existsSync } from "node:fs";
import { placeFault } from "../../database/sqlite-faults.js";
import { type Check, type Finding, failure, ok } from "../check.js";

/** Whether this user can read and write the file, where there is one. */
export function fileCheck(path: string): Check {
  return {
    name: "database.file",
    needs: ["database.folder"],
    run: () => Promise.resolve([look(path)]),
  };
}

function look(path: string): Finding {
  const fault = placeFault(path);
  if (fault) return failure(fault);
  return ok(
    existsSync(path)
      ? `${path} can be read and written`
      : `${path} is not there yet: it will be made at the next start`,
  );
}
