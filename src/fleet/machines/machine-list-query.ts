import { z } from "zod";
import { machineSorts } from "./machine-query.js";
import { machineStatuses } from "./machine-status.js";

const MOST_WITH_TREND = 100;

const sorts = machineSorts.flatMap((sort) => [sort, `-${sort}` as const]);

/** The query string of `GET /api/fleet/machines`. A sort with a leading `-` is descending. */
export const machineListQuery = z
  .object({
    limit: z.coerce.number("must be a number").int("must be a whole number").min(1).max(1000).default(500),
    cursor: z.string().max(2000).optional().meta({ description: "The `next_cursor` of the page before." }),
    q: z
      .string()
      .max(255)
      .optional()
      .meta({ description: "Finds parts of the machine id, host name, address and tags, and whole serial numbers." }),
    status: z.enum(machineStatuses, `must be one of ${machineStatuses.join(", ")}`).optional(),
    sort: z
      .enum(sorts, `must be one of ${sorts.join(", ")}`)
      .default("machine_id")
      .meta({ description: "With a leading `-`: descending." }),
    trend: z
      .enum(["true", "false"], "must be true or false")
      .default("false")
      .transform((text) => text === "true")
      .meta({
        description: `Whether to tell each machine's last half hour; pages have at most ${MOST_WITH_TREND} then.`,
      }),
  })
  .refine(({ trend, limit }) => !trend || limit <= MOST_WITH_TREND, {
    path: ["limit"],
    error: `must be at most ${MOST_WITH_TREND} where trends are asked for`,
  });

export type MachineListQuery = z.output<typeof machineListQuery>;
