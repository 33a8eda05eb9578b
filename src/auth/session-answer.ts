import { z } from "zod";

/** A login session as operators see it. */
const sessionAnswer = z
  .object({
    id: z.string(),
    username: z.string(),
    started_at: z.iso.datetime(),
    last_used_at: z.iso.datetime(),
    address: z.string().nullable().meta({ description: "Where the login came from." }),
    user_agent: z.string().nullable(),
    current: z.boolean().meta({ description: "Whether it is the one that asks." }),
  })
  .meta({ id: "Session", description: "A login session." });

export const sessionPage = z
  .object({
    sessions: z.array(sessionAnswer).meta({ description: "Newest login first." }),
    total: z.int(),
    next_cursor: z.string().nullable().meta({ description: "Opens the next page; null after the last." }),
  })
  .meta({ id: "SessionPage", description: "A page of sessions." });
