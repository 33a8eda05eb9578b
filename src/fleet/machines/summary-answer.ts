import { z } from "zod";

const mean = z
  .number()
  .nullable()
  .meta({ description: "Percent, over the machines online; null where there are none." });

/** The fleet at a glance, as clients see it. */
export const summary = z
  .object({
    total_machines: z.int(),
    online: z.int(),
    warning: z.int(),
    offline: z.int(),
    avg_cpu: mean,
    avg_memory: mean,
    avg_disk: mean,
    alerts: z
      .array(
        z.object({
          machine_id: z.string(),
          type: z.enum(["cpu", "memory", "disk"]),
          severity: z.enum(["warning", "critical"]),
          message: z.string(),
        }),
      )
      .meta({ description: "The highest figures of the machines online." }),
    timestamp: z.iso.datetime(),
  })
  .meta({
    id: "Summary",
    description: "The fleet at a glance.",
    examples: [
      {
        total_machines: 3,
        online: 2,
        warning: 0,
        offline: 1,
        avg_cpu: 12.5,
        avg_memory: 50,
        avg_disk: 71.25,
        alerts: [
          {
            machine_id: "web-01",
            type: "disk" as const,
            severity: "warning" as const,
            message: "Disk usage is 92.5 %",
          },
        ],
        timestamp: "2026-11-26T10:30:00.000Z",
      },
    ],
  });

export type Summary = z.output<typeof summary>;
