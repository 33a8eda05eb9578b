import type { Actor } from "../auth/actor.js";

/** Who did it, in the event log. No user can have this name. */
export const commandLine: Actor = { username: "command line", address: undefined };
