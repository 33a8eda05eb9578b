import type { FactoryProvider } from "@nestjs/common";
import {
  HISTORY_CONFIG,
  type HistoryConfig,
  MACHINES_CONFIG,
  type MachinesConfig,
  SERVER_CONFIG,
  type ServerConfig,
} from "../../config/config.module.js";
import { FleetStore } from "./fleet-store.js";
import type { SqliteFleetOptions } from "./sqlite/sqlite-fleet.js";
import { SqliteFleetStore } from "./sqlite/sqlite-fleet-store.js";

/** The data stores of this version, by `server.db_backend`. */
const fleetStores = { sqlite: SqliteFleetStore } satisfies Record<
  "sqlite",
  new (options: SqliteFleetOptions) => FleetStore
>;

export const fleetStoreProvider: FactoryProvider<FleetStore> = {
  provide: FleetStore,
  inject: [SERVER_CONFIG, HISTORY_CONFIG, MACHINES_CONFIG],
  useFactory: (server: ServerConfig, history: HistoryConfig, machines: MachinesConfig) =>
    new fleetStores.sqlite({
      path: server.db_path,
      keys: server.db_encryption_key,
      detailIntervalMs: history.detail_interval * 1000,
      // Repeats come within seconds; a machine whose every report is the same must still be seen before it is "warning".
      repeatWindowMs: machines.warning_after * 500,
    }),
};
