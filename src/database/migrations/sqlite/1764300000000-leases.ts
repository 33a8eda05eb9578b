import type { MigrationInterface, QueryRunner } from "typeorm";

/** Who does a periodic job at the moment. No times: a lease ends by silence, which each node measures itself. */
export class Leases1764300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE leases (
        name TEXT PRIMARY KEY,
        holder TEXT,
        token INTEGER NOT NULL,
        version INTEGER NOT NULL,
        finished INTEGER NOT NULL
      ) WITHOUT ROWID`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("DROP TABLE leases");
  }
}
