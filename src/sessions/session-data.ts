import "express-session";
import type { Role } from "../common/access.js";

/** Who is logged in, as the session keeps it. */
export interface SessionUser {
  readonly username: string;
  readonly role: Role;
}

/** How the session began. */
interface SessionLogin {
  /** What lists call the session. Random: neither the cookie nor anything in the store follows from it. */
  readonly id: string;
  /** By the clock of the node that let the user in, milliseconds since 1970 UTC. Shown and sorted by, nothing else. */
  readonly startedAtMs: number;
  readonly address: string | null;
  readonly userAgent: string | null;
  /** The login stands while one of them is the user's; see LoginStamps. */
  readonly stamps: readonly string[];
}

declare module "express-session" {
  interface SessionData {
    /** Set by a login; a session without it is nobody's. */
    user?: SessionUser;
    login?: SessionLogin;
  }
}
