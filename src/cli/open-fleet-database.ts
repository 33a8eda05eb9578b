import { Logger } from "@nestjs/common";
import { existsSync } from "node:fs";
import type { DataSource, DataSourceOptions } from "typeorm";
import type { FleetConfig } from "../config/config-schema.js";
import { databaseBackends } from "../database/database-backends.js";
import type { DatabaseClock } from "../database/database-clock.js";
import { DatabaseSecrets } from "../database/database-secrets.js";
import { DocumentCipher } from "../database/document-cipher.js";
import { awayFault, refusalFault, isForOperator } from "../database/postgres-faults.js";
import { Sealers } from "../database/sealers.js";
import { Setting } from "../database/setting.entity.js";
import { PostgresReader } from "../doctor/postgres/postgres-reader.js";
import { EventLog } from "../events/event-log.js";
import { StoredEvent } from "../events/event.entity.js";
import { CommandError } from "./command-error.js";

/** The fleet's database as a command uses it, beside the nodes. */
export interface FleetDatabase {
  readonly dataSource: DataSource;
  readonly secrets: DatabaseSecrets;
  readonly clock: DatabaseClock;
  readonly events: EventLog;
}

/**
 * Opens the database of a fleet that is there, for as long as `work` lasts. `purpose` names the command where nodes look
 * for who seals with which key. Throws CommandError where there is no database or it cannot be reached, and as the
 * database's own opening does.
 */
export async function withFleetDatabase<T>(
  { server }: FleetConfig,
  purpose: string,
  entities: readonly Extract<DataSourceOptions["entities"], unknown[]>[number][],
  work: (database: FleetDatabase) => Promise<T>,
): Promise<T> {
  // What a command has to say it says itself.
  Logger.overrideLogger(false);
  await assertThere(server);
  const backend = databaseBackends[server.db_backend];
  const cipher = new DocumentCipher(server.db_encryption_key);
  const all = [Setting, StoredEvent, ...entities];
  const dataSource = await backend.open(server, all, cipher, new Logger("Database"));
  try {
    const settings = dataSource.getRepository(Setting);
    const sealers = new Sealers(settings, purpose);
    try {
      // As a node of a cluster does: which key comes into use is not for a command to decide.
      const secrets = await DatabaseSecrets.load(settings, cipher, { alone: false, sealers });
      const clock = await backend.clock(dataSource);
      const events = new EventLog(dataSource.getRepository(StoredEvent), cipher, clock);
      return await work({ dataSource, secrets, clock, events });
    } finally {
      await sealers.onApplicationShutdown();
    }
  } finally {
    await dataSource.destroy();
  }
}

/** A node makes the file, and waits for a server, which somebody at a terminal would not understand. */
async function assertThere(server: FleetConfig["server"]): Promise<void> {
  if (server.db_backend === "sqlite") {
    if (existsSync(server.db_path)) return;
    throw new CommandError({
      what: `There is no database at ${server.db_path}`,
      fix: "correct server.db_path or the folder this is run in, or start a node, which makes it",
    });
  }
  const reader = new PostgresReader(server.db_url ?? "");
  try {
    await reader.connect();
  } catch (error) {
    throw new CommandError(isForOperator(error) ? refusalFault(error) : awayFault(error, reader.place.address));
  } finally {
    await reader.close();
  }
}
