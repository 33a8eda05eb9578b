import { z } from "zod";

/** The page that watches has no more rows on screen. */
const MOST_MACHINES = 100;

const flag = z.enum(["true", "false"], "must be true or false").transform((text) => text === "true");

/** Ids separated by commas, each URL-encoded once more, so that they may hold commas themselves. */
const machines = z.string().transform((text, context): string[] => {
  const ids = text.split(",").filter((id) => id !== "");
  if (ids.length > MOST_MACHINES) {
    context.addIssue({ code: "custom", message: `must name at most ${MOST_MACHINES} machines` });
  }
  try {
    return ids.map(decodeURIComponent);
  } catch {
    context.addIssue({ code: "custom", message: "must be machine ids, URL-encoded, separated by commas" });
    return [];
  }
});

/** The query string of `GET /api/fleet/stream`: what its reader wants to hear of. */
export const streamQuery = z.object({
  machines: machines.default([]),
  fleet: flag.default(false),
  events: flag.default(false),
  nodes: flag.default(false),
});

export type StreamQuery = z.output<typeof streamQuery>;
