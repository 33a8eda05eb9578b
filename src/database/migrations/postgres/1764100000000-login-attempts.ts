import type { MigrationInterface, QueryRunner } from "typeorm";

/** What counts failed logins, under keyed hashes; `expires_at` in milliseconds since 1970 UTC. */
export class LoginAttempts1764100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE login_attempts (
        key TEXT PRIMARY KEY,
        count INTEGER NOT NULL,
        expires_at BIGINT NOT NULL
      )`,
    );
    await runner.query(`CREATE INDEX login_attempts_by_end ON login_attempts (expires_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE login_attempts`);
  }
}
