import { z } from "zod";
import { roles } from "../../common/access.js";

/** A user as administrators see them. */
export const account = z.object({ username: z.string(), role: z.enum(roles), created_at: z.iso.datetime() }).meta({
  id: "User",
  description: "Somebody who may log in.",
  examples: [{ username: "alice", role: "operator" as const, created_at: "2026-11-01T08:00:00.000Z" }],
});

export type Account = z.output<typeof account>;

export const accountPage = z
  .object({
    users: z.array(account).meta({ description: "In the order of their names." }),
    next_cursor: z.string().nullable().meta({ description: "Opens the next page; null after the last." }),
  })
  .meta({ id: "UserPage", description: "A page of users." });
