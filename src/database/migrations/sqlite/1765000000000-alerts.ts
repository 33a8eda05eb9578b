import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Incidents, what is to be told of them, and what their evaluation goes by. Ids grow with time. Times are milliseconds
 * since 1970 UTC by the database's clock; a document is sealed JSON.
 */
export class Alerts1765000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of ["notifications", "incidents", "silences", "alert_conditions", "alert_progress"]) {
      await runner.query(`DROP TABLE ${name}`);
    }
  }
}

const statements = [
  `CREATE TABLE alert_progress (name TEXT PRIMARY KEY, value INTEGER NOT NULL)`,

  // What is wrong, but not yet for long enough.
  `CREATE TABLE alert_conditions (
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (kind, subject)
  )`,

  `CREATE TABLE incidents (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    severity TEXT NOT NULL,
    subject TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    closed_at INTEGER,
    value REAL,
    threshold REAL,
    count INTEGER,
    missing INTEGER,
    lost_from INTEGER,
    lost_to INTEGER,
    lost_limit INTEGER,
    gathers_until INTEGER,
    silenced INTEGER NOT NULL,
    told INTEGER NOT NULL,
    document TEXT NOT NULL
  )`,
  // There is never more than one open incident of a kind about a subject.
  `CREATE UNIQUE INDEX incidents_open ON incidents (kind, subject) WHERE closed_at IS NULL`,
  `CREATE INDEX incidents_by_subject ON incidents (subject, id)`,
  `CREATE INDEX incidents_by_closing ON incidents (closed_at) WHERE closed_at IS NOT NULL`,

  `CREATE TABLE notifications (
    id TEXT PRIMARY KEY,
    incident TEXT NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
    receiver TEXT NOT NULL,
    what TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    next_attempt_at INTEGER,
    delivered_at INTEGER,
    failed_at INTEGER,
    last_error TEXT,
    document TEXT NOT NULL,
    digest TEXT,
    UNIQUE (incident, what, receiver)
  )`,
  `CREATE INDEX notifications_due ON notifications (next_attempt_at) WHERE next_attempt_at IS NOT NULL`,
  `CREATE INDEX notifications_by_receiver ON notifications (receiver, id)`,
  `CREATE INDEX notifications_by_digest ON notifications (digest) WHERE digest IS NOT NULL`,

  `CREATE TABLE silences (
    id TEXT PRIMARY KEY,
    created_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    document TEXT NOT NULL
  )`,
];
