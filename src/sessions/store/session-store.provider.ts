import type { Provider } from "@nestjs/common";
import { SESSIONS_CONFIG, type SessionsConfig } from "../../config/config.module.js";
import { FileSessionStore } from "./file-session-store.js";
import { PostgresSessionTable } from "./postgres-session-table.js";
import { RedisSessionStore } from "./redis-session-store.js";
import { SESSION_STORE, type SessionStore } from "./session-store.js";
import { SqlSessionStore } from "./sql-session-store.js";
import { SqliteSessionTable } from "./sqlite-session-table.js";

type Open = (config: SessionsConfig) => SessionStore | Promise<SessionStore>;

const stores = {
  redis: (config) => RedisSessionStore.open(config),
  postgres: (config) => new SqlSessionStore(new PostgresSessionTable(databaseUrl(config), config.ttl), config.ttl),
  sqlite: (config) => new SqlSessionStore(SqliteSessionTable.open(config.db_path, config.ttl), config.ttl),
  file: (config) => FileSessionStore.open(config.session_dir, config.ttl),
} satisfies Record<SessionsConfig["backend"], Open>;

/** Opens the one store that the configuration chose. */
export const sessionStoreProvider: Provider = {
  provide: SESSION_STORE,
  inject: [SESSIONS_CONFIG],
  useFactory: (config: SessionsConfig) => stores[config.backend](config),
};

function databaseUrl({ db_url }: SessionsConfig): string {
  if (db_url === undefined) throw new Error("the configuration was not validated: sessions.db_url is missing");
  return db_url;
}
