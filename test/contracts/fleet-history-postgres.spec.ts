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
    const { options, open } = await postgresDatabase(server);
    if (!("url" in options) || options.url === undefined) throw new Error("no address");
    const { url } = options;
    return { open, openStore: () => postgresFleetStore(url) };
  },
});
