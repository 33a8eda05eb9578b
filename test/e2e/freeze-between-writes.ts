import Database from "better-sqlite3";
import type { FleetNode } from "../support/fleet-node.js";
import { waitFor } from "../support/wait-for.js";

/** Freezes a node between two of its transactions: SQLite makes all others wait for as long as a writer sleeps. */
export async function freezeBetweenWrites(node: FleetNode, databasePath: string): Promise<void> {
  await waitFor(
    () => {
      node.freeze();
      if (isWritable(databasePath)) return true;
      node.resume();
      return false;
    },
    { what: "a moment between two transactions" },
  );
}

function isWritable(databasePath: string): boolean {
  const db = new Database(databasePath, { timeout: 1_000 });
  try {
    db.exec("BEGIN IMMEDIATE; ROLLBACK");
    return true;
  } catch {
    return false;
  } finally {
    db.close();
  }
}
