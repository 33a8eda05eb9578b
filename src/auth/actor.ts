import type { Request } from "express";

/** Who asks for something, as the audit log keeps it. */
export interface Actor {
  readonly username: string;
  readonly address: string | undefined;
}

/** Not for public or agents' routes. */
export function actorOf({ caller, ip }: Request): Actor {
  if (!caller) throw new Error("actorOf is called where callers are let in who are not logged in");
  return { username: caller.username, address: ip };
}
