import { DocumentCipher } from "../../src/database/document-cipher.js";
import { SqliteFleetStore } from "../../src/fleet/store/sqlite/sqlite-fleet-store.js";
import { sqliteDatabase } from "./fleet-databases.js";
import { testFleetHistory } from "./fleet-history.contract.js";

testFleetHistory({
  name: "SQLite",
  createDatabase: async () => {
    const database = await sqliteDatabase();
    const path = String(database.options.database);
    const settings = { path, keys: [], detailIntervalMs: 60_000, repeatWindowMs: 15_000 };
    return {
      open: (entities) => database.open(entities),
      openStore: () => new SqliteFleetStore(settings, new DocumentCipher([])),
    };
  },
});
