import { existsSync, mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * Makes the folder and those above it where they are missing, for this user only. One by one: Node's own `recursive` spins
 * for ever where the system lets a folder be neither found nor made, as below /proc. Throws the system's error.
 */
export function makeFolder(path: string): void {
  for (const folder of missingFolders(path)) {
    try {
      mkdirSync(folder, { mode: 0o700 });
    } catch (error) {
      // Another node that starts at the same time was quicker.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

/** The nearest folder (or whatever it is) at or above `path` that exists. */
export function nearestExisting(path: string): string {
  const [topmost] = missingFolders(path);
  return topmost === undefined ? resolve(path) : dirname(topmost);
}

/** Outermost first. */
function missingFolders(path: string): string[] {
  const missing: string[] = [];
  for (let folder = resolve(path); !existsSync(folder) && folder !== dirname(folder); folder = dirname(folder)) {
    missing.unshift(folder);
  }
  return missing;
}
