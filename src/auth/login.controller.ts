import { Body, Controller, Get, HttpCode, Inject, Post, Query, Req, Res, UseInterceptors } from "@nestjs/common";
import type { Request, Response } from "express";
import { z } from "zod";
import { Public } from "../common/access.js";
import { FleetError } from "../common/fleet-error.js";
import { Operation, Section } from "../common/operation.js";
import { ORGANIZATION_CONFIG, type OrganizationConfig } from "../config/config.module.js";
import { SessionLoader } from "../sessions/session-loader.js";
import { answersJson } from "./answers-json.js";
import { clientGone } from "./client-gone.js";
import { loggedIn, loggedOut } from "./login-answer.js";
import { loginPage } from "./login-page.js";
import { LoginService } from "./login.service.js";
import { OperatorBodyInterceptor } from "./operator-body.interceptor.js";
import { credentials, readLogin } from "./read-login.js";
import { safeReturnPath } from "./safe-return-path.js";

const next = z.string().optional().meta({ description: "The page to go to after the login, of this server." });
const pageQuery = z.object({ next: next.catch(undefined) });

/** Login and logout, for browsers by page and form, for programs by JSON. */
@Public()
@Section("Login")
@Controller()
export class LoginController {
  constructor(
    @Inject(ORGANIZATION_CONFIG) private readonly organization: OrganizationConfig,
    private readonly sessions: SessionLoader,
    private readonly logins: LoginService,
  ) {}

  @Get("login")
  @Operation({
    id: "showLogin",
    summary: "Shows the page to log in on.",
    answers: { 200: { description: "The page.", mediaType: "text/html" }, 302: "On, for those who are logged in." },
  })
  async show(
    @Req() req: Request,
    @Res() res: Response,
    @Query({ schema: pageQuery }) { next }: z.output<typeof pageQuery>,
  ): Promise<void> {
    try {
      const { user } = await this.sessions.load(req, res);
      if (user) res.redirect(302, safeReturnPath(next));
      else this.showPage(res, { next });
    } catch (error) {
      this.showProblem(res, { next }, error);
    }
  }

  @Post("login")
  @HttpCode(200)
  @Operation({
    id: "logIn",
    summary: "Logs in and gives a session, by the cookie `fleet_session`.",
    description: "Problems are told in JSON, or on the login page to browsers that sent the form.",
    answers: { 200: loggedIn, 302: "On to the page asked for, to browsers that sent the form." },
    errors: [401, 429],
    body: {
      "application/json": credentials,
      "application/x-www-form-urlencoded": credentials.extend({ next }),
    },
  })
  @UseInterceptors(OperatorBodyInterceptor)
  async logIn(@Req() req: Request, @Res() res: Response, @Body() body: unknown): Promise<void> {
    const form = formOf(body);
    const gone = clientGone(res);
    try {
      await this.sessions.load(req, res);
      const { username, role } = await this.logins.logIn(req, readLogin(body), gone);
      if (answersJson(req)) res.json({ status: "ok", username, role });
      else res.redirect(302, safeReturnPath(form.next));
    } catch (error) {
      if (answersJson(req)) throw error;
      this.showProblem(res, form, error);
    }
  }

  @Post("logout")
  @HttpCode(200)
  @Operation({
    id: "logOut",
    summary: "Ends the session, on all nodes.",
    answers: { 200: loggedOut, 302: "To the login, for browsers." },
  })
  async logOut(@Req() req: Request, @Res() res: Response): Promise<void> {
    await this.sessions.load(req, res);
    await this.logins.logOut(req, res);
    if (answersJson(req)) res.json({ status: "ok" });
    else res.redirect(302, "/login");
  }

  /** The page again, with the reason. What is not meant for clients goes on to the error filter. */
  private showProblem(res: Response, form: Form, error: unknown): void {
    if (!(error instanceof FleetError)) throw error;
    res.status(error.status);
    if (error.retryAfterSeconds !== undefined) res.setHeader("Retry-After", error.retryAfterSeconds);
    this.showPage(res, form, error.message);
  }

  private showPage(res: Response, { next, username }: Form, problem?: string): void {
    res.setHeader("Cache-Control", "no-store");
    res.send(
      loginPage({
        organization: this.organization.name,
        next: safeReturnPath(next),
        username: typeof username === "string" ? username.slice(0, 128) : "",
        ...(problem === undefined ? {} : { problem }),
      }),
    );
  }
}

/** What a form sent, of which nothing is certain. */
interface Form {
  readonly next?: unknown;
  readonly username?: unknown;
}

function formOf(body: unknown): Form {
  return typeof body === "object" && body !== null ? body : {};
}
