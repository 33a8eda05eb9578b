import type { DataSource } from "typeorm";
import { askDatabase } from "./ask-database.js";

/**
 * Brings the schema up to date, once however many nodes start together: the write lock is taken before looking at what
 * has been applied, so that the others wait, look again and find nothing left to do. All or nothing.
 */
export async function migrateSqlite(dataSource: DataSource): Promise<void> {
  await askDatabase(() => dataSource.query("BEGIN IMMEDIATE"), { giveUpAfterMs: 60_000 });
  try {
    await dataSource.runMigrations({ transaction: "none" });
    await dataSource.query("COMMIT");
  } catch (error) {
    await dataSource.query("ROLLBACK");
    throw error;
  }
}
