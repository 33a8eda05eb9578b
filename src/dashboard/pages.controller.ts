import { Controller, Get, Query, Redirect, Req, Res, UseFilters } from "@nestjs/common";
import type { Request, Response } from "express";
import { safeReturnPath } from "../auth/safe-return-path.js";
import { Public } from "../common/access.js";
import { SessionLoader } from "../sessions/session-loader.js";
import { AwayPageFilter } from "./away-page.filter.js";
import { WebUi } from "./web-ui.js";

/** The addresses of the web UI's pages (dashboard/src/router.tsx); without a login they lead to it and back. */
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
  home(): void {
    // The decorator says it all.
  }

  @Public()
  @Get("login")
  async logIn(@Req() req: Request, @Res() res: Response, @Query("next") next: unknown): Promise<void> {
    const { user } = await this.sessions.load(req, res);
    if (user) res.redirect(302, safeReturnPath(next));
    else this.web.send(res);
  }

  @Get(["dashboard", "machines", "machine/:id", "cluster", "events", "settings", "settings/:section"])
  show(@Res() res: Response): void {
    this.web.send(res);
  }
}
