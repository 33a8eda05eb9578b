import type { DataSource } from "typeorm";
import { retryWhileBusy } from "./retry-while-busy.js";

/**
 * Brings the schema up to date, once however many nodes start together: the write lock is taken before looking at what
 * has been applied, so that the others wait, look again and find nothing left to do. All or nothing.
 */
export async function migrate(dataSource: DataSource): Promise<void> {
  await retryWhileBusy(() => dataSource.query("BEGIN IMMEDIATE"), { giveUpAfterMs: 60_000 });
  try {
    await dataSource.runMigrations({ transaction: "none" });
    await dataSource.query("COMMIT");
  } catch (error) {
    await dataSource.query("ROLLBACK");
    throw error;
  }
}
