import { Controller, Get, Query, Redirect, Req, Res, UseFilters } from "@nestjs/common";
import type { Request, Response } from "express";
import { z } from "zod";
import { safeReturnPath } from "../auth/safe-return-path.js";
import { Public } from "../common/access.js";
import { Operation, PAGE_EXAMPLE, Section } from "../common/operation.js";
import { SessionLoader } from "../sessions/session-loader.js";
import { AwayPageFilter } from "./away-page.filter.js";
import { pageOperation } from "./page-operation.js";
import { WebUi } from "./web-ui.js";

const loginQuery = z.object({
  next: z
    .string()
    .optional()
    .catch(undefined)
    .meta({ description: "The page to go to after the login, of this server." }),
});

/** The addresses of the web UI's pages (dashboard/src/router.tsx); without a login they lead to it and back. */
@Section("Pages")
@UseFilters(AwayPageFilter)
@Controller()
export class PagesController {
  constructor(
    private readonly web: WebUi,
    private readonly sessions: SessionLoader,
  ) {}

  @Public()
  @Get()
  @Redirect("/dashboard", 302)
  @Operation({ id: "showHome", summary: "Sends people to the dashboard.", answers: { 302: "To the dashboard." } })
  home(): void {
    // The decorator says it all.
  }

  @Public()
  @Get("login")
  @Operation({
    id: "showLogin",
    summary: "Shows the page to log in on.",
    answers: {
      200: { description: "The page.", mediaType: "text/html", example: PAGE_EXAMPLE },
      302: "On, for those who are logged in.",
    },
    never: [400],
  })
  async logIn(
    @Req() req: Request,
    @Res() res: Response,
    @Query({ schema: loginQuery }) { next }: z.output<typeof loginQuery>,
  ): Promise<void> {
    const { user } = await this.sessions.load(req, res);
    if (user) res.redirect(302, safeReturnPath(next));
    else this.web.send(res);
  }

  @Get("dashboard")
  @Operation(pageOperation("showDashboard", "how the fleet does"))
  dashboard(@Res() res: Response): void {
    this.web.send(res);
  }

  @Get("machines")
  @Operation(pageOperation("showMachines", "the list of machines"))
  machines(@Res() res: Response): void {
    this.web.send(res);
  }

  @Get("machine/:id")
  @Operation(pageOperation("showMachine", "one machine", { id: "Its id or serial number." }))
  machine(@Res() res: Response): void {
    this.web.send(res);
  }

  @Get("cluster")
  @Operation(pageOperation("showCluster", "the nodes"))
  cluster(@Res() res: Response): void {
    this.web.send(res);
  }

  @Get("alerts")
  @Operation(pageOperation("showAlerts", "open and past incidents, silences and who is told"))
  alerts(@Res() res: Response): void {
    this.web.send(res);
  }

  @Get("events")
  @Operation(pageOperation("showEvents", "the audit and cluster log"))
  events(@Res() res: Response): void {
    this.web.send(res);
  }

  @Get("settings")
  @Operation(pageOperation("showSettings", "the settings"))
  settings(@Res() res: Response): void {
    this.web.send(res);
  }

  @Get("settings/:section")
  @Operation(pageOperation("showSettingsSection", "a section of the settings", { section: "Which one." }))
  settingsSection(@Res() res: Response): void {
    this.web.send(res);
  }
}
