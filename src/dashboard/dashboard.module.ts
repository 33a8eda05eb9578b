import { Module } from "@nestjs/common";
import { SessionsModule } from "../sessions/sessions.module.js";
import { AboutController } from "./about.controller.js";
import { PagesController } from "./pages.controller.js";
import { WebUi } from "./web-ui.js";

/** Serves the web UI (dashboard/), which reads everything over REST and the event stream. */
@Module({
  imports: [SessionsModule],
  controllers: [PagesController, AboutController],
  providers: [WebUi],
})
export class DashboardModule {}
