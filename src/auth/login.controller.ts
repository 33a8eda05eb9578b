import { Body, Controller, HttpCode, Post, Req, Res, UseInterceptors } from "@nestjs/common";
import type { Request, Response } from "express";
import { Public } from "../common/access.js";
import { valueAt } from "../common/value-at.js";
import { SessionLoader } from "../sessions/session-loader.js";
import { answersJson } from "./answers-json.js";
import { clientGone } from "./client-gone.js";
import { LoginService } from "./login.service.js";
import { OperatorBodyInterceptor } from "./operator-body.interceptor.js";
import { readLogin } from "./read-login.js";
import { safeReturnPath } from "./safe-return-path.js";

/** Login and logout, by JSON and by form; the page that asks is the web UI's. */
@Public()
@Controller()
export class LoginController {
  constructor(
    private readonly sessions: SessionLoader,
    private readonly logins: LoginService,
  ) {}

  @Post("login")
  @HttpCode(200)
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
  async logOut(@Req() req: Request, @Res() res: Response): Promise<void> {
    await this.sessions.load(req, res);
    await this.logins.logOut(req, res);
    if (answersJson(req)) res.json({ status: "ok" });
    else res.redirect(302, "/login");
  }
}
