import type { FleetConfig } from "../../config/config-schema.js";
import { examineDatabase } from "../../doctor/examine.js";
import type { DatabaseExamination } from "../../doctor/examined-database.js";
import { runChecks } from "../../doctor/run-checks.js";
import { PostgresReader } from "../../doctor/postgres/postgres-reader.js";
import { CommandError } from "../command-error.js";
import { laterStarts, postgresSource, raiseStarts, sqliteSource, startedSince } from "./later-starts.js";
import { ReplacedDatabase } from "./replace-database.js";
import { assertSilent, assertUnconnected, holdPort, registryRecords } from "./running-nodes.js";

/**
 * Sees that nodes can start on a database that was put in place by other means, `pg_restore` for example: that it is there,
 * its keys fit, and the numbers of starts are above those that the registry knows. Throws CommandError, nothing changed.
 */
export async function finishRestore(config: FleetConfig): Promise<string> {
  const { db_backend, db_path, db_url } = config.server;
  const port = await holdPort(config);
  if (db_backend === "sqlite") ReplacedDatabase.hold(db_path).release();
  const examination = examineDatabase(config);
  try {
    await assertWell(examination);
    const settings = await examination.database.read<{ name: string; value: string }>("settings", ["name", "value"]);
    if (!settings?.some(({ name }) => name === "root_secret")) {
      throw new CommandError({ what: "The database holds no fleet yet", fix: "put the backup in its place first" });
    }
    const { database } = examination;
    if (database instanceof PostgresReader) await assertUnconnected(database);
    const records = await registryRecords(config);
    assertSilent(records, config);
    const stored = new Map(settings.map(({ name, value }) => [name, value]));
    const dataSource = db_backend === "sqlite" ? sqliteSource(db_path) : postgresSource(db_url ?? "");
    const raised = await raiseStarts(dataSource, laterStarts(stored, config, records));
    return raised.length === 0
      ? "Nodes can start on this database: no start is known that it has not numbered."
      : startedSince(raised);
  } finally {
    await examination.close();
    port?.close();
  }
}

async function assertWell({ checks }: DatabaseExamination): Promise<void> {
  for await (const { name, status, summary, fix = "see `fleet-server doctor`" } of runChecks(checks)) {
    if (status === "failure")
      throw new CommandError({ what: `${name}: ${summary}`, fix: `${fix}; nothing was changed` });
  }
}
