import { Injectable } from "@nestjs/common";
import type { Request, Response } from "express";
import { FleetError } from "../common/fleet-error.js";
import { EventLog } from "../events/event-log.js";
import type { ListedLogin } from "../sessions/listed-login.js";
import { endLoginSession } from "../sessions/login-session.js";
import { LoginSessions } from "../sessions/login-sessions.js";
import { actorOf } from "./actor.js";
import { assertRole } from "./assert-role.js";
import type { SessionListQuery } from "./session-list-query.js";

/** A session as it is shown: without what its store calls it. */
export interface ShownSession extends Omit<ListedLogin, "key"> {
  /** Whether it is the one that asks. */
  readonly current: boolean;
}

/** A page of sessions, newest login first. */
export interface SessionList {
  readonly sessions: readonly ShownSession[];
  readonly total: number;
  /** Opens the next page; null after the last. */
  readonly nextCursor: string | null;
}

/** What operators may see and end of their own sessions, and administrators of everybody's. */
@Injectable()
export class OperatorSessions {
  constructor(
    private readonly sessions: LoginSessions,
    private readonly events: EventLog,
  ) {}

  /** Throws FleetError 403 for other users' sessions where the caller is no administrator. */
  async list({ session }: Request, { user: asked, cursor, limit }: SessionListQuery): Promise<SessionList> {
    const { user, login } = session;
    if (asked !== undefined && asked !== user?.username) assertRole(user, "admin");
    const everybody = asked === undefined && user?.role === "admin";
    const username = everybody ? undefined : (asked ?? user?.username ?? "");
    const { sessions, total, more } = await this.sessions.list({ username, after: cursor, limit });
    const last = sessions.at(-1);
    return {
      sessions: sessions.map((one) => shown(one, login?.id)),
      total,
      nextCursor: more && last ? `${last.startedAtMs}-${last.id}` : null,
    };
  }

  /**
   * Ends a session on all nodes. Recorded first: what is done cannot be found again, while what failed is tried again.
   * Throws FleetError 404 where there is none, or none of the caller's own.
   */
  async revoke(req: Request, res: Response, id: string): Promise<void> {
    const { user, login } = req.session;
    const found = await this.sessions.find(id);
    if (!found || (found.username !== user?.username && user?.role !== "admin")) {
      throw new FleetError(404, "UNKNOWN_SESSION", "There is no such session; it may have ended already.");
    }
    const { username: actor, address } = actorOf(req);
    await this.events.record({ kind: "session.revoked", subject: found.username, actor, address, details: { id } });
    await this.sessions.end(found);
    if (id === login?.id) await endLoginSession(req, res);
  }
}

function shown(session: ListedLogin, currentId: string | undefined): ShownSession {
  const { id, username, startedAtMs, lastUsedAtMs, address, userAgent } = session;
  return { id, username, startedAtMs, lastUsedAtMs, address, userAgent, current: id === currentId };
}
