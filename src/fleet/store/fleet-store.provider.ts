import type { FactoryProvider } from "@nestjs/common";
import {
  HISTORY_CONFIG,
  type HistoryConfig,
  MACHINES_CONFIG,
  type MachinesConfig,
  SERVER_CONFIG,
  type ServerConfig,
} from "../../config/config.module.js";
import { DocumentCipher } from "../../database/document-cipher.js";
import { FleetStore } from "./fleet-store.js";
import { PostgresFleetStore } from "./postgres/postgres-fleet-store.js";
import { SqliteFleetStore } from "./sqlite/sqlite-fleet-store.js";

interface StoreSettings {
  readonly cipher: DocumentCipher;
  readonly detailIntervalMs: number;
  readonly repeatWindowMs: number;
}

const stores = {
  postgres: ({ db_url }, settings) => new PostgresFleetStore({ url: given(db_url), ...settings }),
  sqlite: ({ db_path, db_encryption_key }, { cipher, ...settings }) =>
    new SqliteFleetStore({ path: db_path, keys: db_encryption_key, ...settings }, cipher),
} satisfies Record<ServerConfig["db_backend"], (server: ServerConfig, settings: StoreSettings) => FleetStore>;

export const fleetStoreProvider: FactoryProvider<FleetStore> = {
  provide: FleetStore,
  inject: [SERVER_CONFIG, HISTORY_CONFIG, MACHINES_CONFIG, DocumentCipher],
  useFactory: (server: ServerConfig, history: HistoryConfig, machines: MachinesConfig, cipher: DocumentCipher) =>
    openFleetStore({ server, history, machines }, cipher),
};

/** The store of `server.db_backend`, on a database whose schema is up to date. */
export function openFleetStore(
  { server, history, machines }: { server: ServerConfig; history: HistoryConfig; machines: MachinesConfig },
  cipher: DocumentCipher,
): FleetStore {
  return stores[server.db_backend](server, {
    cipher,
    detailIntervalMs: history.detail_interval * 1000,
    // Repeats come within seconds; a machine whose every report is the same must be seen again before it is "warning".
    repeatWindowMs: machines.warning_after * 500,
  });
}

function given(url: string | undefined): string {
  if (url === undefined) throw new Error("the configuration was not validated: server.db_url is missing");
  return url;
}
