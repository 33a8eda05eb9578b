import { setTimeout as sleep } from "node:timers/promises";
import { BackendUnavailableError } from "../common/fleet-error.js";
import { isBusy, isUnavailable } from "./sqlite-file.js";

/**
 * Runs a short database operation of the main thread. SQLite's own waiting would block the event loop, so connections
 * there give up almost at once and the waiting happens here. A database that stays locked, or cannot be used at all,
 * is a BackendUnavailableError.
 */
export async function retryWhileBusy<T>(
  operation: () => Promise<T>,
  options: { giveUpAfterMs: number } = { giveUpAfterMs: 5_000 },
): Promise<T> {
  const deadline = performance.now() + options.giveUpAfterMs;
  for (let pauseMs = 5; ; pauseMs = Math.min(pauseMs * 2, 200)) {
    try {
      return await operation();
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      if (!isBusy(error) || performance.now() + pauseMs > deadline)
        throw new BackendUnavailableError("database", error);
      await sleep(pauseMs * (0.5 + Math.random()));
    }
  }
}
