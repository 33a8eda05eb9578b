import { Logger } from "@nestjs/common";
import { type DataSource, MigrationExecutor, type QueryRunner } from "typeorm";
import { setTimeout as sleep } from "node:timers/promises";
import { postgresCode } from "./postgres-failure.js";

/**
 * How long a migration waits for a table that others use. Whoever comes after it queues behind it, reports among them:
 * so it waits in short tries instead of one long one, and lets the others go first in between.
 */
const LOCK_TIMEOUT_MS = 200;
const PAUSE_MS = 300;
const NOTED_ATTEMPT = 10;
const WAITING = "A migration waits for a table that another connection keeps locked (pg_stat_activity shows which)";
const LOCK_NOT_AVAILABLE = "55P03";

/**
 * Brings the schema up to date, once however many nodes start together: the lock is taken before looking at what has been
 * applied and lasts until the end of the transaction, so that the others wait, look again and find nothing left to do.
 * All or nothing, and nothing at all where `check` throws. Migrations of a newer version are left alone. A table that is
 * in use is waited for as long as it takes.
 */
export async function migratePostgres(
  dataSource: DataSource,
  check: (runner: QueryRunner) => Promise<void>,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await migrateOnce(dataSource, check);
      return;
    } catch (error) {
      if (postgresCode(error) !== LOCK_NOT_AVAILABLE) throw error;
      if (attempt === NOTED_ATTEMPT) new Logger("PostgreSQL").warn(WAITING);
      await sleep(PAUSE_MS * (0.5 + Math.random()));
    }
  }
}

async function migrateOnce(dataSource: DataSource, check: (runner: QueryRunner) => Promise<void>): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.startTransaction();
    await runner.query("SELECT pg_advisory_xact_lock(hashtext('fleet_database'))");
    await runner.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
    await check(runner);
    const executor = new MigrationExecutor(dataSource, runner);
    executor.transaction = "none";
    await executor.executePendingMigrations();
    await runner.commitTransaction();
  } catch (error) {
    // Where the connection is gone, so is the transaction.
    await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  } finally {
    await runner.release();
  }
}
