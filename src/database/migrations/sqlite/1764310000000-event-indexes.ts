import type { MigrationInterface, QueryRunner } from "typeorm";

/** What the event log is read and cleared by: newest first, of all kinds, of some, or about one subject. */
export class EventIndexes1764310000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of ["events_by_time", "events_by_kind", "events_by_subject"]) {
      await runner.query(`DROP INDEX ${name}`);
    }
  }
}

const statements = [
  `CREATE INDEX events_by_time ON events (at, id)`,
  `CREATE INDEX events_by_kind ON events (kind, at, id)`,
  `CREATE INDEX events_by_subject ON events (subject, at, id)`,
];
