import { FernetKey } from "../../src/crypto/fernet.js";
import { type PostgresServer, startPostgres } from "../support/postgres-server.js";
import { createFleetDatabase, postgresFleetStore } from "./fleet-database.js";
import { testFleetStore } from "./fleet-store.contract.js";

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
});

async function createDatabase(keys: readonly string[]) {
  const url = await createFleetDatabase(server);
  return () => postgresFleetStore(url, keys);
}

testFleetStore({ name: "PostgreSQL", createDatabase: () => createDatabase([]) });
testFleetStore({ name: "PostgreSQL, encrypted", createDatabase: () => createDatabase([FernetKey.generate()]) });
