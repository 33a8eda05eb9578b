import { Body, Controller, Get, Header, Inject, Post, Query, Req, Res, UseInterceptors } from "@nestjs/common";
import type { Request, Response } from "express";
import { z } from "zod";
import { CurrentUser } from "../auth/current-user.js";
import { OperatorBodyInterceptor } from "../auth/operator-body.interceptor.js";
import { OperatorSessions } from "../auth/operator-sessions.js";
import { type SessionListQuery, sessionListQuery } from "../auth/session-list-query.js";
import { FleetError } from "../common/fleet-error.js";
import { Operation, Section } from "../common/operation.js";
import { ORGANIZATION_CONFIG, type OrganizationConfig } from "../config/config.module.js";
import type { SessionUser } from "../sessions/session-data.js";
import { pageAnswers } from "./page-answers.js";
import { sessionsPage } from "./sessions-page.js";

const revocation = z.object({ id: z.string() });

/** The page of login sessions: one's own, and everybody's for administrators. */
@Section("Pages")
@Controller("sessions")
export class SessionsPageController {
  constructor(
    @Inject(ORGANIZATION_CONFIG) private readonly organization: OrganizationConfig,
    private readonly sessions: OperatorSessions,
  ) {}

  @Get()
  @Operation({ id: "showSessions", summary: "Shows the login sessions.", answers: pageAnswers })
  @Header("Cache-Control", "no-store")
  async show(
    @Req() req: Request,
    @CurrentUser() { username, role }: SessionUser,
    @Query({ schema: sessionListQuery }) query: SessionListQuery,
  ): Promise<string> {
    return sessionsPage({
      organization: this.organization.name,
      username,
      list: await this.sessions.list(req, query),
      everybody: role === "admin" && query.user === undefined,
      nowMs: Date.now(),
    });
  }

  @Post("revoke")
  @Operation({
    id: "endSessionByForm",
    summary: "Ends a login session, from the page of sessions.",
    answers: { 303: "Back to the page." },
    body: { "application/x-www-form-urlencoded": revocation },
  })
  @UseInterceptors(OperatorBodyInterceptor)
  async revoke(
    @Req() req: Request,
    @Res() res: Response,
    @Body({ schema: revocation }) { id }: z.output<typeof revocation>,
  ): Promise<void> {
    try {
      await this.sessions.revoke(req, res, id);
    } catch (error) {
      // Ended already, in another window perhaps: the list shows it.
      if (!(error instanceof FleetError && error.status === 404)) throw error;
    }
    res.redirect(303, "/sessions");
  }
}
