import { setTimeout as sleep } from "node:timers/promises";
import { BackendUnavailableError } from "../common/fleet-error.js";
import { isPostgresBusy, isPostgresUnavailable } from "./postgres-failure.js";
import { isBusy, isUnavailable } from "./sqlite-file.js";

/**
 * Runs a short database operation of the main thread, on either database. What failed only because another was in the
 * way is tried again for a while: SQLite's own waiting would block the event loop, so connections there give up almost at
 * once and the waiting happens here; PostgreSQL undoes a transaction to end a deadlock. A database that stays busy, or
 * cannot be used at all (away, full, only to be read), is a BackendUnavailableError.
 */
export async function askDatabase<T>(
  operation: () => Promise<T>,
  options: { giveUpAfterMs: number } = { giveUpAfterMs: 5_000 },
): Promise<T> {
  const deadline = performance.now() + options.giveUpAfterMs;
  for (let pauseMs = 5; ; pauseMs = Math.min(pauseMs * 2, 200)) {
    try {
      return await operation();
    } catch (error) {
      if (!isUnavailable(error) && !isPostgresUnavailable(error)) throw error;
      const worthAnother = isBusy(error) || isPostgresBusy(error);
      if (!worthAnother || performance.now() + pauseMs > deadline) throw new BackendUnavailableError("database", error);
      await sleep(pauseMs * (0.5 + Math.random()));
    }
  }
}
