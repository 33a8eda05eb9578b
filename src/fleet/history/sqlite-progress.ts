import type Database from "better-sqlite3";

export type ProgressName =
  /** The next slot and hour to roll up, and the last machine of it that is done. */
  | "slot"
  | "slot machine"
  | "hour"
  | "hour machine"
  /** Everything before was removed once; what lies there now came late. */
  | "raw from slot"
  | "five minutes from hour"
  /** When retention last came to its end, and the last machine whose samples were counted. */
  | "retention at"
  | "counted machine"
  /** The highest number of a machine that was removed: none is given twice. */
  | "last machine";

/** How far the upkeep of history has come, kept with what it did in one transaction. */
export class Progress {
  private readonly read: Database.Statement<unknown[], { value: number }>;
  private readonly write: Database.Statement;

  constructor(db: Database.Database) {
    this.read = db.prepare("SELECT value FROM history_progress WHERE name = ?");
    this.write = db.prepare(
      "INSERT INTO history_progress (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
    );
  }

  get(name: ProgressName): number | undefined {
    return this.read.get(name)?.value;
  }

  set(name: ProgressName, value: number): void {
    this.write.run(name, value);
  }
}
