import { Body, Controller, HttpCode, Post, Req, Res, UseInterceptors } from "@nestjs/common";
import type { Request, Response } from "express";
import { z } from "zod";
import { Public } from "../common/access.js";
import { Operation, Section } from "../common/operation.js";
import { valueAt } from "../common/value-at.js";
import { SessionLoader } from "../sessions/session-loader.js";
import { answersJson } from "./answers-json.js";
import { clientGone } from "./client-gone.js";
import { loggedIn, loggedOut } from "./login-answer.js";
import { LoginService } from "./login.service.js";
import { OperatorBodyInterceptor } from "./operator-body.interceptor.js";
import { credentials, readLogin } from "./read-login.js";
import { safeReturnPath } from "./safe-return-path.js";

const login = { username: "admin", password: "correct horse battery staple" };
const next = z.string().optional().meta({ description: "The page to go to after the login, of this server." });

/** Login and logout, by JSON and by form; the page that asks is the web UI's. */
@Public()
@Section("Login")
@Controller()
export class LoginController {
  constructor(
    private readonly sessions: SessionLoader,
    private readonly logins: LoginService,
  ) {}

  @Post("login")
  @HttpCode(200)
  @Operation({
    id: "logIn",
    summary: "Logs in and gives a session, by the cookie `fleet_session`.",
    description: "Problems are told in JSON, also to browsers that sent the form: the page that asks is the web UI's.",
    answers: { 200: loggedIn, 302: "On to the page asked for, to browsers that sent the form." },
    errors: [401, 429],
    body: {
      "application/json": credentials,
      "application/x-www-form-urlencoded": credentials
        .extend({ next })
        .meta({ examples: [{ ...login, next: "/machines" }] }),
    },
  })
  @UseInterceptors(OperatorBodyInterceptor)
  async logIn(@Req() req: Request, @Res() res: Response, @Body() body: unknown): Promise<void> {
    const gone = clientGone(res);
    await this.sessions.load(req, res);
    const { username, role } = await this.logins.logIn(req, readLogin(body), gone);
    if (answersJson(req)) res.json({ status: "ok", username, role });
    else res.redirect(302, safeReturnPath(valueAt(body, ["next"])));
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
}
