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
import { SqliteFleetStore } from "./sqlite/sqlite-fleet-store.js";

/** Backends the configuration knows but refuses until they are written; what leaves this list must enter the table. */
type ToCome = "postgres";

interface StoreSettings {
  readonly detailIntervalMs: number;
  readonly repeatWindowMs: number;
}

const stores = {
  sqlite: ({ db_path, db_encryption_key }, settings, documents) =>
    new SqliteFleetStore({ path: db_path, keys: db_encryption_key, ...settings }, documents),
} satisfies Record<
  Exclude<ServerConfig["db_backend"], ToCome>,
  (server: ServerConfig, settings: StoreSettings, documents: DocumentCipher) => FleetStore
>;

export const fleetStoreProvider: FactoryProvider<FleetStore> = {
  provide: FleetStore,
  inject: [SERVER_CONFIG, HISTORY_CONFIG, MACHINES_CONFIG, DocumentCipher],
  useFactory: (server: ServerConfig, history: HistoryConfig, machines: MachinesConfig, documents: DocumentCipher) => {
    if (!isAvailable(server.db_backend)) throw new Error(`the data store ${server.db_backend} is not available`);
    const settings = {
      detailIntervalMs: history.detail_interval * 1000,
      // Repeats come within seconds; a machine whose every report is the same must be seen again before it is "warning".
      repeatWindowMs: machines.warning_after * 500,
    };
    return stores[server.db_backend](server, settings, documents);
  },
};

function isAvailable(backend: ServerConfig["db_backend"]): backend is keyof typeof stores {
  return backend in stores;
}
