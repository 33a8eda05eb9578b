import { z } from "zod";
import { Users } from "./users.js";

/** The query string of `GET /api/fleet/sessions`; the cursor is one that a list gave, `<startedAtMs>-<id>`. */
export const sessionListQuery = z.object({
  user: z
    .string()
    .max(Users.maxNameLength)
    .optional()
    .meta({ description: "Whose; another's only for administrators." }),
  limit: z.coerce.number("must be a number").int("must be a whole number").min(1).max(500).default(100),
  cursor: z
    .string()
    .regex(/^\d{1,15}-[0-9a-f]{32}$/, "is not one that this server gave; start at the first page")
    .transform((text) => {
      const [startedAtMs = "", id = ""] = text.split("-");
      return { startedAtMs: Number(startedAtMs), id };
    })
    .optional()
    .meta({ description: "The `next_cursor` of the page before." }),
});

export type SessionListQuery = z.output<typeof sessionListQuery>;
