import { z } from "zod";
import { machineSorts } from "./machine-query.js";
import { machineStatuses } from "./machine-status.js";

const sorts = machineSorts.flatMap((sort) => [sort, `-${sort}` as const]);

/** The query string of `GET /api/fleet/machines`. A sort with a leading `-` is descending. */
export const machineListQuery = z.object({
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
});

export type MachineListQuery = z.output<typeof machineListQuery>;
