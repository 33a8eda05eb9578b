import type { MigrationInterface, QueryRunner } from "typeorm";

/** How often a program may ask, where its key has a limit of its own. */
export class ApiKeyLimits1765100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query("ALTER TABLE api_keys ADD COLUMN requests_per_minute INTEGER");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("ALTER TABLE api_keys DROP COLUMN requests_per_minute");
  }
}
