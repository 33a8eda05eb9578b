import type { Logger } from "@nestjs/common";
import type { DataSource, DataSourceOptions } from "typeorm";
import type { ServerConfig } from "../config/config.module.js";
import { DatabaseClock } from "./database-clock.js";
import type { DocumentCipher } from "./document-cipher.js";
import { openPostgresDatabase } from "./open-postgres-database.js";
import { openSqliteDatabase } from "./open-sqlite-database.js";
import { PostgresClock } from "./postgres-clock.js";

interface DatabaseBackend {
  /** Opens the database, its schema up to date. */
  open(
    server: ServerConfig,
    entities: NonNullable<DataSourceOptions["entities"]>,
    cipher: DocumentCipher,
    logger: Logger,
  ): Promise<DataSource>;
  clock(dataSource: DataSource): Promise<DatabaseClock>;
}

/** By `server.db_backend`. */
export const databaseBackends = {
  sqlite: {
    open: (server, entities, cipher, logger) => openSqliteDatabase(server.db_path, entities, cipher, logger),
    clock: () => Promise.resolve(new DatabaseClock()),
  },
  postgres: {
    open: (server, entities, cipher) => openPostgresDatabase(databaseUrl(server), entities, cipher),
    clock: (dataSource) => PostgresClock.start(dataSource),
  },
} satisfies Record<ServerConfig["db_backend"], DatabaseBackend>;

function databaseUrl({ db_url }: ServerConfig): string {
  if (db_url === undefined) throw new Error("the configuration was not validated: server.db_url is missing");
  return db_url;
}
