import { PostgresSessionTable } from "../../src/sessions/store/postgres-session-table.js";
import { sessionKeyOf } from "../../src/sessions/store/session-key.js";
import { SqlSessionStore } from "../../src/sessions/store/sql-session-store.js";
import { type PostgresServer, startPostgres } from "../support/postgres-server.js";
import { testSessionStore } from "./session-store.contract.js";

let postgres: PostgresServer | undefined;
let databases = 0;

testSessionStore({
  name: "postgres",
  async open() {
    const server = (postgres ??= await startPostgres());
    const url = await server.createDatabase(`sessions_${++databases}`);
    return {
      settings: { backend: "postgres", db_url: url },
      node: (ttlSeconds) => Promise.resolve(new SqlSessionStore(new PostgresSessionTable(url, ttlSeconds), ttlSeconds)),
      async damage(sessionId) {
        const key = sessionKeyOf(sessionId);
        await server.query(`UPDATE fleet_sessions SET text = '{"cookie":'::bytea WHERE key = '${key}'`, url);
      },
      breakDown() {
        server.freeze();
        return Promise.resolve();
      },
      repair() {
        server.resume();
        return Promise.resolve();
      },
    };
  },
});
