import type { FleetNode } from "../support/fleet-node.js";
import { isWriteLocked } from "../support/sqlite-lock.js";
import { waitFor } from "../support/wait-for.js";

/** Others write meanwhile. */
const LOCK_WAIT_MS = 1_000;

/** Freezes a node between two of its transactions: SQLite makes all others wait for as long as a writer sleeps. */
export async function freezeBetweenWrites(node: FleetNode, databasePath: string): Promise<void> {
  await waitFor(
    () => {
      node.freeze();
      if (!isWriteLocked(databasePath, LOCK_WAIT_MS)) return true;
      node.resume();
      return false;
    },
    { what: "a moment between two transactions" },
  );
}
