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
  .meta({
    id: "Session",
    description: "A login session.",
    examples: [
      {
        id: "9b2f0c4e7d1a4b5c8e6f0a1b2c3d4e5f",
        username: "alice",
        started_at: "2026-11-26T08:00:00.000Z",
        last_used_at: "2026-11-26T10:30:00.000Z",
        address: "192.0.2.7",
        user_agent: "Mozilla/5.0",
        current: true,
      },
    ],
  });

export const sessionPage = z
  .object({
    sessions: z.array(sessionAnswer).meta({ description: "Newest login first." }),
    total: z.int(),
    next_cursor: z.string().nullable().meta({ description: "Opens the next page; null after the last." }),
  })
  .meta({ id: "SessionPage", description: "A page of sessions." });
