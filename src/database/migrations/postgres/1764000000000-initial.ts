import type { MigrationInterface, QueryRunner } from "typeorm";

/** What is not the fleet's own data, as on SQLite. Times are milliseconds since 1970 UTC. */
export class Initial1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    // The first schema has nothing to go back to.
  }
}

const statements = [
  `CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL)`,

  `CREATE TABLE node_incarnations (node_id TEXT PRIMARY KEY, incarnation BIGINT NOT NULL)`,

  `CREATE TABLE users (
    username TEXT PRIMARY KEY,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL
  )`,
];
