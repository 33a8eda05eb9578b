import { z } from "zod";
import { incidentKinds } from "../../config/schema/alert-lists.js";

/** The query string of `GET /api/fleet/incidents`. */
export const incidentQuery = z.object({
  limit: z.coerce.number("must be a number").int("must be a whole number").min(1).max(500).default(100),
  cursor: z
    .uuid("is not one that this server gave; start at the first page")
    .optional()
    .meta({ description: "The `next_cursor` of the page before." }),
  state: z.enum(["open", "closed"], "must be open or closed").optional(),
  kind: z.enum(incidentKinds, `must be one of ${incidentKinds.join(", ")}`).optional(),
  subject: z.string().max(255).optional().meta({ description: "A machine's or node's id." }),
});

export type IncidentQuery = z.output<typeof incidentQuery>;
