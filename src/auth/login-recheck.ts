import { Injectable, Logger } from "@nestjs/common";
import type { SessionData } from "express-session";
import { explainFailure } from "../common/explain-failure.js";
import { BackendUnavailableError } from "../common/fleet-error.js";
import { LoginStamps } from "./login-stamps.js";
import { Users } from "./users.js";

const EVERY_MS = 10_000;
/** Past this the sessions checked longest ago are forgotten, which costs them one more question. */
const MAX_ENTRIES = 10_000;

/**
 * Tells whether the login that a session began with still stands: its user exists, with the same password and role. Asks
 * the database at the first sight of each session and then every ten seconds, so that a session ends even if whoever
 * changed the user died before ending it, or the session store lost its end.
 */
@Injectable()
export class LoginRecheck {
  private readonly logger = new Logger("Auth");
  private readonly checkedAt = new Map<string, number>();

  constructor(
    private readonly users: Users,
    private readonly stamps: LoginStamps,
  ) {}

  async stands(
    sessionId: string,
    { user, login }: Pick<SessionData, "user" | "login">,
    nowMs = performance.now(),
  ): Promise<boolean> {
    if (!user || !login) return false;
    const last = this.checkedAt.get(sessionId);
    if (last !== undefined && nowMs - last < EVERY_MS) return true;
    try {
      const current = await this.users.findByName(user.username);
      if (!current || !login.stamps.includes(this.stamps.of(current))) return false;
    } catch (error) {
      if (!(error instanceof BackendUnavailableError)) throw error;
      // What does not need the database goes on without it; the session store has let this session pass.
      this.logger.debug(`A login could not be checked: ${explainFailure(error)}`);
    }
    this.note(sessionId, nowMs);
    return true;
  }

  private note(sessionId: string, nowMs: number): void {
    // Deleted first, so that the map stays in the order of the checks.
    this.checkedAt.delete(sessionId);
    this.checkedAt.set(sessionId, nowMs);
    if (this.checkedAt.size <= MAX_ENTRIES) return;
    const [oldest] = this.checkedAt.keys();
    if (oldest !== undefined) this.checkedAt.delete(oldest);
  }
}
