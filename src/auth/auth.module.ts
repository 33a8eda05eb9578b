import { Module, type OnApplicationShutdown } from "@nestjs/common";
import { APP_GUARD } from "@nestjs/core";
import { TypeOrmModule } from "@nestjs/typeorm";
import { CryptoModule } from "../crypto/crypto.module.js";
import { DatabaseModule } from "../database/database.module.js";
import { EventsModule } from "../events/events.module.js";
import { SessionsModule } from "../sessions/sessions.module.js";
import { AccessGuard } from "./access.guard.js";
import { AccountTable } from "./accounts/account-table.js";
import { AccountsController } from "./accounts/accounts.controller.js";
import { AccountsService } from "./accounts/accounts.service.js";
import { OwnPasswordService } from "./accounts/own-password.service.js";
import { ApiKey } from "./api-keys/api-key.entity.js";
import { ApiKeyCallers } from "./api-keys/api-key-callers.js";
import { ApiKeyHash } from "./api-keys/api-key-hash.js";
import { ApiKeyLimits } from "./api-keys/api-key-limits.js";
import { ApiKeyLookup } from "./api-keys/api-key-lookup.js";
import { ApiKeyTable } from "./api-keys/api-key-table.js";
import { ApiKeysController } from "./api-keys/api-keys.controller.js";
import { ApiKeysService } from "./api-keys/api-keys.service.js";
import { CallerCheck } from "./caller-check.js";
import { CurrentLogin } from "./current-login.js";
import { CurrentUserController } from "./current-user.controller.js";
import { FirstAdmin } from "./first-admin.js";
import { LoginMetrics } from "./login-metrics.js";
import { LoginRecheck } from "./login-recheck.js";
import { LoginStamps } from "./login-stamps.js";
import { LoginController } from "./login.controller.js";
import { LoginService } from "./login.service.js";
import { OperatorSessions } from "./operator-sessions.js";
import { SameOriginGuard } from "./same-origin.guard.js";
import { SessionsController } from "./sessions.controller.js";
import { LoginCounters } from "./throttling/login-counters.js";
import { loginCountersProvider } from "./throttling/login-counters.provider.js";
import { LoginThrottle } from "./throttling/login-throttle.js";
import { User } from "./user.entity.js";
import { Users } from "./users.js";

/** Who may call what: the guards before every route, login and logout, users, their sessions, API keys, and agents' keys. */
@Module({
  imports: [CryptoModule, DatabaseModule, EventsModule, SessionsModule, TypeOrmModule.forFeature([User, ApiKey])],
  controllers: [LoginController, CurrentUserController, AccountsController, SessionsController, ApiKeysController],
  providers: [
    { provide: APP_GUARD, useClass: SameOriginGuard },
    { provide: APP_GUARD, useClass: AccessGuard },
    Users,
    FirstAdmin,
    loginCountersProvider,
    LoginThrottle,
    LoginService,
    LoginMetrics,
    LoginStamps,
    LoginRecheck,
    CurrentLogin,
    CallerCheck,
    OperatorSessions,
    AccountTable,
    AccountsService,
    OwnPasswordService,
    ApiKeyHash,
    ApiKeyTable,
    ApiKeyLookup,
    ApiKeyLimits,
    ApiKeyCallers,
    ApiKeysService,
  ],
  exports: [CallerCheck],
})
export class AuthModule implements OnApplicationShutdown {
  constructor(private readonly loginCounters: LoginCounters) {}

  async onApplicationShutdown(): Promise<void> {
    await this.loginCounters.close();
  }
}
