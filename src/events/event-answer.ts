import { z } from "zod";

/** An event as clients see it. */
const event = z
  .object({
    id: z.int(),
    at: z.iso.datetime(),
    kind: z.string().meta({ description: "`<whom it is about>.<what happened>`, such as `login.failed`." }),
    subject: z.string().meta({ description: "Whom it is about: a node, a user, a machine." }),
    actor: z.string().nullable().meta({ description: "Who did it, where somebody did." }),
    address: z.string().nullable().meta({ description: "Where they called from; only administrators see it." }),
    details: z.record(z.string(), z.unknown()).nullable(),
  })
  .meta({ id: "Event", description: "One line of the log. Null stands for what there is not, or what no key opens." });

export type EventView = z.output<typeof event>;

export const eventPage = z
  .object({
    events: z.array(event).meta({ description: "Newest first." }),
    next_cursor: z.string().nullable().meta({ description: "Opens the next page; null after the last." }),
  })
  .meta({
    id: "EventPage",
    description: "A page of events.",
    examples: [
      {
        events: [
          {
            id: 17,
            at: "2026-11-26T10:30:00.000Z",
            kind: "login.failed",
            subject: "admin",
            actor: null,
            address: "192.0.2.7",
            details: null,
          },
        ],
        next_cursor: null,
      },
    ],
  });
