import type { Role } from "./access.js";

/** Whom the guard has let in: a person by their login, or a program by its API key. */
export interface Caller {
  /** What the audit log calls it; `api key <name>` for a program, which no user can be called. */
  readonly username: string;
  readonly role: Role;
  readonly by: "login" | "api-key";
}

declare module "express-serve-static-core" {
  interface Request {
    /** Set at operators' routes, once the guard has let the request in. */
    caller?: Caller;
  }
}
