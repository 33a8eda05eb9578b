import { Injectable, Logger } from "@nestjs/common";
import type { Request } from "express";
import { FleetError } from "../common/fleet-error.js";
import { startLoginSession } from "../sessions/login-session.js";
import type { SessionUser } from "../sessions/session-data.js";
import { loggableName } from "./loggable-name.js";
import { LoginStamps } from "./login-stamps.js";
import type { Credentials } from "./read-login.js";
import { LoginThrottle } from "./throttling/login-throttle.js";
import { Users } from "./users.js";

/** Lets users in. */
@Injectable()
export class LoginService {
  private readonly logger = new Logger("Auth");

  constructor(
    private readonly users: Users,
    private readonly throttle: LoginThrottle,
    private readonly stamps: LoginStamps,
  ) {}

  /**
   * Logs the request's session in; it is stored when this resolves. Throws FleetError 401 in the same words and after
   * the same time whether the name or the password is wrong, TooManyAttemptsError for both alike, and BackendUnavailableError.
   */
  async logIn(req: Request, { username, password }: Credentials): Promise<SessionUser> {
    const user = await this.throttle.attempt(username, req.ip, () => this.users.verify(username, password));
    const who = `${loggableName(username)} from ${req.ip ?? "an unknown address"}`;
    if (!user) {
      this.logger.log(`Login failed: ${who}`);
      throw new FleetError(401, "INVALID_CREDENTIALS", "The user name or the password is wrong.");
    }
    const sessionUser = { username: user.username, role: user.role };
    await startLoginSession(req, sessionUser, this.stamps.of(user));
    this.logger.log(`Login succeeded: ${who}`);
    return sessionUser;
  }
}
