import Database from "better-sqlite3";

/** Whether somebody holds the lock that writing takes, for as long as this waits for it. */
export function isWriteLocked(databasePath: string, waitMs: number): boolean {
  const db = new Database(databasePath, { timeout: waitMs });
  try {
    db.exec("BEGIN IMMEDIATE; ROLLBACK");
    return false;
  } catch {
    return true;
  } finally {
    db.close();
  }
}
