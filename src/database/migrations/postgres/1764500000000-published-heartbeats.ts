import type { MigrationInterface, QueryRunner } from "typeorm";

/** How far the heartbeats of each node's newest start are known to have come. */
export class PublishedHeartbeats1764500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query("ALTER TABLE node_incarnations ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("ALTER TABLE node_incarnations DROP COLUMN sequence");
  }
}
