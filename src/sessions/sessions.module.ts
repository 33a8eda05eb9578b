import { Inject, Module, type OnApplicationShutdown } from "@nestjs/common";
import { DatabaseModule } from "../database/database.module.js";
import { LoginSessions } from "./login-sessions.js";
import { SessionLoader } from "./session-loader.js";
import { SessionsHealth } from "./sessions.health.js";
import { sessionStoreProvider } from "./store/session-store.provider.js";
import { SESSION_STORE, type SessionStore } from "./store/session-store.js";

/** Login sessions, shared by all nodes through the store that `sessions.backend` names. */
@Module({
  imports: [DatabaseModule],
  providers: [sessionStoreProvider, SessionLoader, SessionsHealth, LoginSessions],
  exports: [SessionLoader, SessionsHealth, LoginSessions],
})
export class SessionsModule implements OnApplicationShutdown {
  constructor(@Inject(SESSION_STORE) private readonly store: SessionStore) {}

  async onApplicationShutdown(): Promise<void> {
    await this.store.close();
  }
}
