import { z } from "zod";
import { type EventKind, eventKinds } from "./event-kinds.js";

/** With its zone: nodes in different zones must understand the same. */
const time = z.iso
  .datetime({ offset: true, error: "must be a time in ISO 8601 with its zone, such as 2026-01-31T12:00:00Z" })
  .transform((text) => Date.parse(text));

/** A kind, or what several begin with up to a dot: `login` means login.succeeded, login.failed and login.locked_out. */
const kinds = z.string().transform((text, context): EventKind[] => {
  const meant = eventKinds.filter((kind) => kind === text || kind.startsWith(`${text}.`));
  if (meant.length === 0) {
    const groups = new Set(eventKinds.flatMap((kind) => [kind.split(".")[0] ?? kind, kind]));
    context.addIssue({ code: "custom", message: `must be one of ${[...groups].join(", ")}` });
  }
  return meant;
});

/** The query string of `GET /api/fleet/events`. Both times are inclusive. */
export const eventQuery = z.object({
  limit: z.coerce.number("must be a number").int("must be a whole number").min(1).max(1000).default(100),
  cursor: z.string().max(200).optional().meta({ description: "The `next_cursor` of the page before." }),
  kind: kinds.optional().meta({ description: "A kind, or what several begin with up to a dot, such as `login`." }),
  subject: z.string().max(255).optional().meta({ description: "Whom it is about." }),
  from: time.optional().meta({ description: "The earliest time, inclusive; ISO 8601 with its zone." }),
  to: time.optional().meta({ description: "The latest time, inclusive." }),
});

export type EventQuery = z.output<typeof eventQuery>;
