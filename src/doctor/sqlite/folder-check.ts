import { dirname, resolve } from "node:path";
import { nearestExisting } from "../../database/make-folder.js";
import { folderFault } from "../../database/sqlite-faults.js";
import { type Check, failure, ok } from "../check.js";

/** Whether the file's folder can be written, or made. */
export function folderCheck(path: string): Check {
  const folder = dirname(resolve(path));
  return {
    name: "database.folder",
    needs: [],
    run: () => {
      const fault = folderFault(path);
      if (fault) return Promise.resolve([failure(fault)]);
      const isThere = nearestExisting(folder) === folder;
      return Promise.resolve([ok(isThere ? `${folder} can be written` : `${folder} will be made at the next start`)]);
    },
  };
}
