import "express-session";
import type { Role } from "../common/access.js";

/** Who is logged in, as the session keeps it. */
export interface SessionUser {
  readonly username: string;
  readonly role: Role;
}

declare module "express-session" {
  interface SessionData {
    /** Set by a login; a session without it is nobody's. */
    user?: SessionUser;
  }
}
