import { setTimeout as sleep } from "node:timers/promises";
import { BackendUnavailableError } from "../../common/fleet-error.js";
import type { AcceptedReport, FleetStore } from "../store/fleet-store.js";

/** What one row of the file becomes. */
export type RowReports = readonly AcceptedReport[];

/** A database that restarts, or that is locked by a long write, is waited for. */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 500;

/**
 * Commits what some rows became, all at once; where the database refuses that, row by row. Resolves with how many rows
 * it refused for good. Throws BackendUnavailableError for a database that stays away for a minute.
 */
export async function commitRows(store: FleetStore, rows: readonly RowReports[]): Promise<number> {
  try {
    await commitPatiently(store, rows.flat());
    return 0;
  } catch (error) {
    if (error instanceof BackendUnavailableError) throw error;
    if (rows.length === 1) return 1;
  }
  let refused = 0;
  for (const row of rows) refused += await commitRows(store, [row]);
  return refused;
}

async function commitPatiently(store: FleetStore, reports: RowReports): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      await store.commit(reports);
      return;
    } catch (error) {
      if (!(error instanceof BackendUnavailableError) || performance.now() > deadline) throw error;
      await sleep(PAUSE_MS);
    }
  }
}
