import { Module } from "@nestjs/common";
import { FleetModule } from "../fleet/fleet.module.js";
import { AssetsController } from "./assets.controller.js";
import { DashboardController } from "./dashboard.controller.js";

/** Pages for operators, rendered by the server. */
@Module({ imports: [FleetModule], controllers: [DashboardController, AssetsController] })
export class DashboardModule {}
