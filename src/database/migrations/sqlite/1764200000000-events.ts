import type { MigrationInterface, QueryRunner } from "typeorm";

/** The audit and cluster log. `at` is in milliseconds since 1970 UTC; `details` is a document. */
export class Events1764200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("DROP TABLE events");
  }
}

const statements = [
  // AUTOINCREMENT: the id of an event that was deleted is never given to another.
  `CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    actor TEXT,
    address TEXT,
    details TEXT NOT NULL,
    once_key TEXT UNIQUE
  )`,
];
