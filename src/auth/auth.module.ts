import { Module } from "@nestjs/common";
import { APP_GUARD } from "@nestjs/core";
import { TypeOrmModule } from "@nestjs/typeorm";
import { CryptoModule } from "../crypto/crypto.module.js";
import { DatabaseModule } from "../database/database.module.js";
import { SessionsModule } from "../sessions/sessions.module.js";
import { AccessGuard } from "./access.guard.js";
import { CurrentUserController } from "./current-user.controller.js";
import { FirstAdmin } from "./first-admin.js";
import { LoginController } from "./login.controller.js";
import { LoginService } from "./login.service.js";
import { User } from "./user.entity.js";
import { Users } from "./users.js";

/** Who may call what: the guard before every route, login and logout, users and agents' keys. */
@Module({
  imports: [CryptoModule, DatabaseModule, SessionsModule, TypeOrmModule.forFeature([User])],
  controllers: [LoginController, CurrentUserController],
  providers: [{ provide: APP_GUARD, useClass: AccessGuard }, Users, FirstAdmin, LoginService],
})
export class AuthModule {}
