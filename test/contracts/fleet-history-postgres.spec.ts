import { type PostgresServer, startPostgres } from "../support/postgres-server.js";
import { postgresFleetStore } from "./fleet-database.js";
import { postgresDatabase } from "./fleet-databases.js";
import { testFleetHistory } from "./fleet-history.contract.js";

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
});

testFleetHistory({
  name: "PostgreSQL",
  createDatabase: async () => {
    const database = await postgresDatabase(server);
    const { options } = database;
    if (options.type !== "postgres" || options.url === undefined) throw new Error("no address");
    const { url } = options;
    return { open: (entities) => database.open(entities), openStore: () => postgresFleetStore(url) };
  },
});
