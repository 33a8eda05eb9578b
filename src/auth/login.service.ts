import { Injectable } from "@nestjs/common";
import type { Request, Response } from "express";
import { FleetError } from "../common/fleet-error.js";
import { EventLog } from "../events/event-log.js";
import { FloodGuard } from "../events/flood-guard.js";
import { endLoginSession, startLoginSession } from "../sessions/login-session.js";
import type { SessionUser } from "../sessions/session-data.js";
import { LoginMetrics } from "./login-metrics.js";
import { LoginStamps } from "./login-stamps.js";
import type { Credentials } from "./read-login.js";
import { LoginThrottle } from "./throttling/login-throttle.js";
import { Users } from "./users.js";

/** Lets users in and out. */
@Injectable()
export class LoginService {
  constructor(
    private readonly users: Users,
    private readonly throttle: LoginThrottle,
    private readonly stamps: LoginStamps,
    private readonly events: EventLog,
    private readonly floods: FloodGuard,
    private readonly metrics: LoginMetrics,
  ) {}

  /**
   * Logs the request's session in; it is stored when this resolves. Throws FleetError 401 in the same words and after
   * the same time whether the name or the password is wrong, TooManyAttemptsError for both alike, and BackendUnavailableError.
   * Once `gone` aborts, an attempt that still waits is dropped; the signal's reason is thrown.
   */
  logIn(req: Request, credentials: Credentials, gone?: AbortSignal): Promise<SessionUser> {
    return this.metrics.counted(this.attempt(req, credentials, gone));
  }

  /**
   * Ends the request's session, which must be loaded; without a login there is nothing to end. Recorded first: a logout
   * that fails is tried again, while one that is done leaves nothing to tell who it was. Throws BackendUnavailableError.
   */
  async logOut(req: Request, res: Response): Promise<void> {
    const { user } = req.session;
    if (user) await this.events.record({ kind: "logout", subject: user.username, address: req.ip });
    await endLoginSession(req, res);
  }

  private async attempt(
    req: Request,
    { username, password }: Credentials,
    gone: AbortSignal | undefined,
  ): Promise<SessionUser> {
    const user = await this.throttle.attempt(username, req.ip, () => this.users.verify(username, password), gone);
    const facts = { subject: username, address: req.ip };
    if (!user) {
      await this.floods.record({ kind: "login.failed", ...facts });
      throw new FleetError(401, "INVALID_CREDENTIALS", "The user name or the password is wrong.");
    }
    const sessionUser = { username: user.username, role: user.role };
    await startLoginSession(req, sessionUser, this.stamps.of(user));
    try {
      await this.events.record({ kind: "login.succeeded", ...facts });
    } catch (error) {
      // No login that nobody can look up later: no cookie goes out, and the session does not stay.
      req.session.destroy(() => undefined);
      throw error;
    }
    return sessionUser;
  }
}
