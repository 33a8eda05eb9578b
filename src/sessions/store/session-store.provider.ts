import type { Provider } from "@nestjs/common";
import { SESSIONS_CONFIG, type SessionsConfig } from "../../config/config.module.js";
import { FileSessionStore } from "./file-session-store.js";
import { RedisSessionStore } from "./redis-session-store.js";
import { SESSION_STORE, type SessionStore } from "./session-store.js";

type Open = (config: SessionsConfig) => SessionStore | Promise<SessionStore>;

const stores = {
  redis: (config) => RedisSessionStore.open(config),
  file: (config) => FileSessionStore.open(config.session_dir, config.ttl),
  postgres: notYet,
  sqlite: notYet,
} satisfies Record<SessionsConfig["backend"], Open>;

/** Opens the one store that the configuration chose. */
export const sessionStoreProvider: Provider = {
  provide: SESSION_STORE,
  inject: [SESSIONS_CONFIG],
  useFactory: (config: SessionsConfig) => stores[config.backend](config),
};

/** The configuration's check has refused these before; see config/unavailable-backends.ts. */
function notYet(config: SessionsConfig): never {
  throw new Error(`sessions.backend ${config.backend} is not available in this version`);
}
