import { Logger } from "@nestjs/common";
import { join } from "node:path";
import { type DataSource, type DataSourceOptions, EntitySchema } from "typeorm";
import { DocumentCipher } from "../../src/database/document-cipher.js";
import { openPostgresDatabase } from "../../src/database/open-postgres-database.js";
import { openSqliteDatabase } from "../../src/database/open-sqlite-database.js";
import { onCleanup } from "../support/cleanup.js";
import type { PostgresServer } from "../support/postgres-server.js";
import { makeTempFolder } from "../support/temp-folder.js";

type Entities = (string | EntitySchema | (new () => object))[];

/** One fleet database that several nodes have open. */
export interface FleetDatabase {
  /** What another process opens it with, entities aside. */
  readonly options: DataSourceOptions;
  open(entities: Entities): Promise<DataSource>;
}

/** A table for what tests write. */
export const writtenTable = new EntitySchema<{ line: string }>({
  name: "Written",
  tableName: "written",
  columns: { line: { type: "text", primary: true } },
});

const WRITTEN = "CREATE TABLE written (line TEXT PRIMARY KEY)";

export async function sqliteDatabase(): Promise<FleetDatabase> {
  const database = join(makeTempFolder("leases"), "fleet.sqlite3");
  const open = async (entities: Entities) => {
    const dataSource = await openSqliteDatabase(database, entities, new DocumentCipher([]), new Logger("Test"));
    onCleanup(() => dataSource.destroy());
    return dataSource;
  };
  await (await open([])).query(WRITTEN);
  return { options: { type: "better-sqlite3", database, timeout: 20 }, open };
}

let databases = 0;

export async function postgresDatabase(server: PostgresServer): Promise<FleetDatabase> {
  const url = await server.createDatabase(`fleet${++databases}`);
  const open = async (entities: Entities) => {
    const dataSource = await openPostgresDatabase(url, entities, new DocumentCipher([]));
    onCleanup(() => dataSource.destroy());
    return dataSource;
  };
  await (await open([])).query(WRITTEN);
  return { options: { type: "postgres", url, parseInt8: true }, open };
}
