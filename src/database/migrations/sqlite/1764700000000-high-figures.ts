import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Which machines have a high figure, the worst last: a summary reads just those. Other machines' reports do not touch it.
 * Not on PostgreSQL, where an index on what every report changes makes each of them write to all indexes of the table.
 */
export class HighFigures1764700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const worst = "max(coalesce(cpu_percent, 0), coalesce(memory_percent, 0), coalesce(disk_percent, 0))";
    await runner.query(`CREATE INDEX machines_by_high_figure ON machines (${worst}) WHERE ${worst} > 90`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("DROP INDEX machines_by_high_figure");
  }
}
