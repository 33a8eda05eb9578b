import { DataSource } from "typeorm";
import { DocumentCipher } from "../../src/database/document-cipher.js";
import { Fleet1764000000001 } from "../../src/database/migrations/postgres/1764000000001-fleet.js";
import { PostgresFleetStore } from "../../src/fleet/store/postgres/postgres-fleet-store.js";
import type { PostgresServer } from "../support/postgres-server.js";

let databases = 0;

/** An empty database with the fleet's tables; resolves with its URL. */
export async function createFleetDatabase(server: PostgresServer): Promise<string> {
  const url = await server.createDatabase(`fleet_${++databases}`);
  await withMigration(url, (dataSource) => dataSource.runMigrations());
  return url;
}

export async function withMigration(url: string, use: (dataSource: DataSource) => Promise<unknown>): Promise<void> {
  const dataSource = new DataSource({ type: "postgres", url, migrations: [Fleet1764000000001] });
  await dataSource.initialize();
  try {
    await use(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

export function postgresFleetStore(url: string, keys: readonly string[] = []): PostgresFleetStore {
  const cipher = new DocumentCipher(keys);
  return new PostgresFleetStore({ url, cipher, detailIntervalMs: 60_000, repeatWindowMs: 15_000 });
}
