import { z } from "zod";
import { roles } from "../common/access.js";

/** Who is logged in. */
export const currentUser = z.object({ username: z.string(), role: z.enum(roles) }).meta({
  id: "CurrentUser",
  description: "Who calls, and what they may do.",
  examples: [{ username: "alice", role: "operator" as const }],
});

export const loggedIn = z.object({ status: z.literal("ok"), ...currentUser.shape }).meta({
  description: "The login, to those who sent JSON or want it back. The session's cookie comes with it.",
  examples: [{ status: "ok" as const, username: "alice", role: "operator" as const }],
});

export const loggedOut = z
  .object({ status: z.literal("ok") })
  .meta({ description: "The session has ended, to those who want JSON back." });
