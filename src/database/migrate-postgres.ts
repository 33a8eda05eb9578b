import { type DataSource, MigrationExecutor, type QueryRunner } from "typeorm";

/**
 * Brings the schema up to date, once however many nodes start together: the lock is taken before looking at what has been
 * applied and lasts until the end of the transaction, so that the others wait, look again and find nothing left to do.
 * All or nothing, and nothing at all where `check` throws. Migrations of a newer version are left alone.
 */
export async function migratePostgres(
  dataSource: DataSource,
  check: (runner: QueryRunner) => Promise<void>,
): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.startTransaction();
    await runner.query("SELECT pg_advisory_xact_lock(hashtext('fleet_database'))");
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
