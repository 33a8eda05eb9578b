import { Inject, Injectable } from "@nestjs/common";
import { z } from "zod";
import type { ListedLogin } from "./listed-login.js";
import { NewestSessions, type SessionPosition } from "./newest-sessions.js";
import type { LiveSession } from "./store/live-session.js";
import { SESSION_STORE, type SessionStore } from "./store/session-store.js";

export interface LoginSessionQuery {
  /** Of this user alone. */
  readonly username?: string | undefined;
  readonly after?: SessionPosition | undefined;
  readonly limit: number;
}

/**
 * Who is logged in from where, on all nodes, and the end of it. Every method reads through the whole store, in steps, and
 * throws BackendUnavailableError.
 */
@Injectable()
export class LoginSessions {
  constructor(@Inject(SESSION_STORE) private readonly store: SessionStore) {}

  /** A page of logins, newest first. */
  async list({ username, after, limit }: LoginSessionQuery): Promise<ReturnType<NewestSessions["page"]>> {
    const newest = new NewestSessions(limit, after);
    for await (const live of this.store.live()) {
      const session = listed(live);
      if (session && (username === undefined || session.username === username)) newest.offer(session);
    }
    return newest.page();
  }

  async find(id: string): Promise<ListedLogin | null> {
    for await (const live of this.store.live()) {
      if (live.data.login?.id === id) return listed(live);
    }
    return null;
  }

  /** A request that is on its way with it may still be answered, but does not bring it back. */
  async end({ key }: Pick<ListedLogin, "key">): Promise<void> {
    await this.store.end(key);
  }

  /** Ends every session of the user but the one of this id, and resolves with how many. */
  async endAllOf(username: string, exceptId?: string): Promise<number> {
    let ended = 0;
    for await (const { key, data } of this.store.live()) {
      if (data.user?.username !== username || (exceptId !== undefined && data.login?.id === exceptId)) continue;
      await this.store.end(key);
      ended++;
    }
    return ended;
  }
}

/** The last moment of a Date (ECMA-262 section 21.4.1.1). */
const MAX_DATE_MS = 8.64e15;

/** A list is not to fail because of a session that an odd version has stored. */
const stored = z.object({
  user: z.object({ username: z.string() }),
  login: z.object({
    id: z.string(),
    startedAtMs: z.number().int().min(0).max(MAX_DATE_MS),
    address: z.string().nullable(),
    userAgent: z.string().nullable(),
  }),
});

function listed({ key, data, idleMs }: LiveSession): ListedLogin | null {
  const parsed = stored.safeParse(data);
  if (!parsed.success) return null;
  const { user, login } = parsed.data;
  return { key, ...login, username: user.username, lastUsedAtMs: Date.now() - idleMs };
}
