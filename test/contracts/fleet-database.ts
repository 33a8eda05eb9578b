import { DataSource } from "typeorm";
import { DocumentCipher } from "../../src/database/document-cipher.js";
import { Fleet1764000000001 } from "../../src/database/migrations/postgres/1764000000001-fleet.js";
import { Leases1764300000000 } from "../../src/database/migrations/postgres/1764300000000-leases.js";
import { DataEngine1764600000000 } from "../../src/database/migrations/postgres/1764600000000-data-engine.js";
import { PostgresFleetStore } from "../../src/fleet/store/postgres/postgres-fleet-store.js";
import type { PostgresServer } from "../support/postgres-server.js";

const migrations = [Fleet1764000000001, Leases1764300000000, DataEngine1764600000000];

const TEMPLATE = "fleet_template";
const templates = new WeakMap<PostgresServer, Promise<void>>();
let databases = 0;

/** An empty database with the fleet's tables; resolves with its URL. They are made once and copied, which is quicker. */
export async function createFleetDatabase(server: PostgresServer): Promise<string> {
  const template = templates.get(server) ?? makeTemplate(server);
  templates.set(server, template);
  await template;
  return server.createDatabase(`fleet_${++databases}`, TEMPLATE);
}

async function makeTemplate(server: PostgresServer): Promise<void> {
  await withMigration(await server.createDatabase(TEMPLATE), (dataSource) => dataSource.runMigrations());
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
