import { Inject, Module, type OnApplicationShutdown } from "@nestjs/common";
import { DatabaseModule } from "../database/database.module.js";
import { SharedPlaces } from "../lifecycle/shared-places.js";
import { SessionCount } from "./session-count.js";
import { LeasesModule } from "../database/leases/leases.module.js";
import { ExpiredSessions } from "./expired-sessions.js";
import { LoginSessions } from "./login-sessions.js";
import { SessionLoader } from "./session-loader.js";
import { SessionMetrics } from "./session-metrics.js";
import { SessionsHealth } from "./sessions.health.js";
import { sessionStoreProvider } from "./store/session-store.provider.js";
import { SESSION_STORE, type SessionStore } from "./store/session-store.js";

/** Login sessions, shared by all nodes through the store that `sessions.backend` names. */
@Module({
  imports: [DatabaseModule, LeasesModule],
  providers: [
    sessionStoreProvider,
    SessionLoader,
    SessionsHealth,
    SessionCount,
    SessionMetrics,
    LoginSessions,
    ExpiredSessions,
  ],
  exports: [SessionLoader, SessionsHealth, SessionCount, LoginSessions],
})
export class SessionsModule implements OnApplicationShutdown {
  constructor(
    @Inject(SESSION_STORE) private readonly store: SessionStore,
    places: SharedPlaces,
  ) {
    places.announce("session store", () => store.id());
  }

  async onApplicationShutdown(): Promise<void> {
    await this.store.close();
  }
}
