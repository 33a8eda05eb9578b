import { z } from "zod";
import { machineInfo, reportedMetrics } from "../reported.js";
import { machineStatuses } from "./machine-status.js";

const means = z
  .array(z.number().nullable())
  .meta({ description: "Percent, oldest first; null where nothing was reported." });

const trend = z
  .object({ step: z.int().meta({ description: "Seconds from one mean to the next." }), cpu: means, memory: means })
  .meta({ id: "Trend", description: "The machine's last half hour, where that was asked for." });

/** A machine as clients see it. */
export const machine = z
  .object({
    machine_id: z.string(),
    info: machineInfo,
    status: z.enum(machineStatuses).meta({ description: "By the time that has gone by since the last report." }),
    first_seen: z.iso.datetime(),
    last_seen: z.iso.datetime().meta({ description: "When its last report arrived." }),
    latest_metrics: reportedMetrics,
    id_conflict: z.boolean().meta({
      description: "Two machines reported under this id within a day: what is shown is now the one's, now the other's.",
    }),
    trend: trend.optional(),
  })
  .meta({
    id: "Machine",
    description: "A machine and its newest figures.",
    examples: [
      {
        machine_id: "web-01",
        info: { hostname: "web-01", os: "Linux", local_ip: "10.0.0.5", e2ee_enabled: false },
        status: "online" as const,
        first_seen: "2026-11-01T08:00:00.000Z",
        last_seen: "2026-11-26T10:30:00.000Z",
        latest_metrics: { timestamp: "2026-11-26T10:30:00.000Z", cpu: { percent: 12.5 }, memory: { percent: 50 } },
        id_conflict: false,
      },
    ],
  });

export type Machine = z.output<typeof machine>;

export const machinePage = z
  .object({
    machines: z.array(machine),
    total: z.int().meta({ description: "How many machines there are on all pages." }),
    next_cursor: z.string().nullable().meta({ description: "Opens the next page; null after the last." }),
  })
  .meta({ id: "MachinePage", description: "A page of machines." });
