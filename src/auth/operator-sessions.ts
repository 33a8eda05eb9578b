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
interface ShownSession extends Omit<ListedLogin, "key"> {
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
  async list(req: Request, { user: asked, cursor, limit }: SessionListQuery): Promise<SessionList> {
    const { caller } = req;
    if (asked !== undefined && asked !== caller?.username) assertRole(caller, "admin");
    const everybody = asked === undefined && caller?.role === "admin";
    const username = everybody ? undefined : (asked ?? caller?.username ?? "");
    const { sessions, total, more } = await this.sessions.list({ username, after: cursor, limit });
    const last = sessions.at(-1);
    return {
      sessions: sessions.map((one) => shown(one, ownId(req))),
      total,
      nextCursor: more && last ? `${last.startedAtMs}-${last.id}` : null,
    };
  }

  /**
   * Ends a session on all nodes. Recorded first: what is done cannot be found again, while what failed is tried again.
   * Throws FleetError 404 where there is none, or none of the caller's own.
   */
  async revoke(req: Request, res: Response, id: string): Promise<void> {
    const { caller } = req;
    const found = await this.sessions.find(id);
    if (!found || (found.username !== caller?.username && caller?.role !== "admin")) {
      throw new FleetError(404, "UNKNOWN_SESSION", "There is no such session; it may have ended already.");
    }
    const { username: actor, address } = actorOf(req);
    await this.events.record({ kind: "session.revoked", subject: found.username, actor, address, details: { id } });
    await this.sessions.end(found);
    if (id === ownId(req)) await endLoginSession(req, res);
  }
}

/** A program has no session. */
function ownId({ session }: { readonly session?: Request["session"] }): string | undefined {
  return session?.login?.id;
}

function shown(session: ListedLogin, currentId: string | undefined): ShownSession {
  const { id, username, startedAtMs, lastUsedAtMs, address, userAgent } = session;
  return { id, username, startedAtMs, lastUsedAtMs, address, userAgent, current: id === currentId };
}
