import { DataSource } from "typeorm";
import { DocumentCipher } from "../../src/database/document-cipher.js";
import { Fleet1764000000001 } from "../../src/database/migrations/postgres/1764000000001-fleet.js";
import { Leases1764300000000 } from "../../src/database/migrations/postgres/1764300000000-leases.js";
import { DataEngine1764600000000 } from "../../src/database/migrations/postgres/1764600000000-data-engine.js";
import { PostgresFleetStore } from "../../src/fleet/store/postgres/postgres-fleet-store.js";
import type { PostgresServer } from "../support/postgres-server.js";

const migrations = [Fleet1764000000001, Leases1764300000000, DataEngine1764600000000];

let databases = 0;

/** An empty database with the fleet's tables; resolves with its URL. */
export async function createFleetDatabase(server: PostgresServer): Promise<string> {
  const url = await server.createDatabase(`fleet_${++databases}`);
  await withMigration(url, (dataSource) => dataSource.runMigrations());
  return url;
}

export async function withMigration(url: string, use: (dataSource: DataSource) => Promise<unknown>): Promise<void> {
  const dataSource = new DataSource({ type: "postgres", url, migrations });
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
