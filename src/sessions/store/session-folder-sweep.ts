import type { Sweep } from "./expired-session-sweep.js";
import type { SessionFolder } from "./session-folder.js";

const STEP_ENTRIES = 100;
/** No step of a living process takes this long. */
const LEFTOVER_AGE_MS = 60 * 60_000;

/** Goes through a folder for sessions that have expired, and for what died processes left over. */
export function sessionFolderSweep(folder: SessionFolder, ttlSeconds: number): Sweep {
  return async (goOn) => {
    let seen = 0;
    for await (const entry of folder.names()) {
      const ageMs = await folder.ageMs(entry);
      const limitMs = entry.leftover ? LEFTOVER_AGE_MS : ttlSeconds * 1000;
      if (ageMs !== null && ageMs > limitMs) await folder.remove(entry.name);
      if (++seen % STEP_ENTRIES === 0 && !(await goOn())) return;
    }
  };
}
