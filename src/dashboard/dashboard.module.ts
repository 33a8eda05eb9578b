import { Module } from "@nestjs/common";
import { AuthModule } from "../auth/auth.module.js";
import { FleetModule } from "../fleet/fleet.module.js";
import { AssetsController } from "./assets.controller.js";
import { DashboardController } from "./dashboard.controller.js";
import { SessionsPageController } from "./sessions-page.controller.js";

/** Pages for operators, rendered by the server. */
@Module({
  imports: [AuthModule, FleetModule],
  controllers: [DashboardController, SessionsPageController, AssetsController],
})
export class DashboardModule {}
