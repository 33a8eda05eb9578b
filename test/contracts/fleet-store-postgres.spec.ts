import { FernetKey } from "../../src/crypto/fernet.js";
import { type PostgresServer, startPostgres } from "../support/postgres-server.js";
import { createFleetDatabase, postgresFleetStore } from "./fleet-database.js";
import { testFleetStore } from "./fleet-store.contract.js";

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
});

testFleetStore({ name: "PostgreSQL", open: async () => postgresFleetStore(await createFleetDatabase(server)) });
testFleetStore({
  name: "PostgreSQL, encrypted",
  open: async () => postgresFleetStore(await createFleetDatabase(server), [FernetKey.generate()]),
});
