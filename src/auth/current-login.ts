import { Injectable } from "@nestjs/common";
import type { Request, Response } from "express";
import { promisify } from "node:util";
import { BackendUnavailableError } from "../common/fleet-error.js";
import { endLoginSession } from "../sessions/login-session.js";
import type { SessionUser } from "../sessions/session-data.js";
import { SessionLoader } from "../sessions/session-loader.js";
import { LoginRecheck } from "./login-recheck.js";

/** Who a request comes from, by its session. */
@Injectable()
export class CurrentLogin {
  constructor(
    private readonly sessions: SessionLoader,
    private readonly recheck: LoginRecheck,
  ) {}

  /**
   * The user whose login the request's session holds, and undefined without one. A session whose login no longer stands
   * is ended. Throws BackendUnavailableError.
   */
  async userOf(req: Request, res: Response): Promise<SessionUser | undefined> {
    const { user } = await this.sessions.load(req, res);
    if (!user) return undefined;
    if (await this.recheck.stands(req.sessionID, req.session)) return user;
    // The user's own change of the password may have gone by since it was loaded; then the session knows by now.
    if ((await reload(req)) && (await this.recheck.stands(req.sessionID, req.session))) return req.session.user;
    await endLoginSession(req, res);
    return undefined;
  }

  /** Whether the login that let a request in still stands; asked without using the session. Throws BackendUnavailableError. */
  async stillStands(req: Request): Promise<boolean> {
    return (await reload(req)) && (await this.recheck.stands(req.sessionID, req.session));
  }
}

/** Reads the session once more; false where it has ended. */
async function reload({ session }: Request): Promise<boolean> {
  try {
    await promisify(session.reload.bind(session))();
    return true;
  } catch (error) {
    if (error instanceof BackendUnavailableError) throw error;
    return false;
  }
}
