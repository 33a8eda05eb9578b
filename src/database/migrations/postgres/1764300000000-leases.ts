import type { MigrationInterface, QueryRunner } from "typeorm";

/** Who does a periodic job at the moment. No times: a lease ends by silence, which each node measures itself. */
export class Leases1764300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE leases (
        name TEXT PRIMARY KEY,
        holder TEXT,
        token BIGINT NOT NULL,
        version BIGINT NOT NULL,
        finished BOOLEAN NOT NULL
      )`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("DROP TABLE leases");
  }
}
