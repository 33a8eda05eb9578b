import type { Request, Response } from "express";
import { randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { clientAddress, clientUserAgent } from "./describe-client.js";
import { SESSION_COOKIE, sessionCookieOptions } from "./session-cookie.js";
import type { SessionUser } from "./session-data.js";
import { allowCreation } from "./store/session-creation.js";

/**
 * Makes the user logged in, under a new session id, so that one planted in the browser before is worth nothing. It is
 * stored when this resolves. The request's session must be loaded. `stamp` is the user's, of the moment when the password
 * was checked (see LoginStamps). Throws BackendUnavailableError.
 */
export async function startLoginSession(req: Request, user: SessionUser, stamp: string): Promise<void> {
  try {
    const before = req.session;
    await promisify(before.regenerate.bind(before))();
    const session = req.session;
    session.user = user;
    session.login = {
      id: randomBytes(16).toString("hex"),
      startedAtMs: Date.now(),
      address: clientAddress(req.ip),
      userAgent: clientUserAgent(req.get("User-Agent")),
      stamps: [stamp],
    };
    allowCreation(session);
    await promisify(session.save.bind(session))();
  } catch (error) {
    // Nobody is logged in then: no cookie goes out, and what a save without an answer may have stored does not stay.
    req.session.destroy(() => undefined);
    throw error;
  }
}

/**
 * Ends the request's session on all nodes and takes the cookie back. The request's session must be loaded. Without a
 * login there is nothing to end, which is fine. Throws BackendUnavailableError.
 */
export async function endLoginSession(req: Request, res: Response): Promise<void> {
  const { session } = req;
  if (session.user) await promisify(session.destroy.bind(session))();
  res.clearCookie(SESSION_COOKIE, { ...sessionCookieOptions, secure: req.secure });
}
