import { z } from "zod";
import { SPREAD_BINS } from "../store/spread.js";

const bins = z.array(z.int()).length(SPREAD_BINS);
const mean = z.number().nullable();

const trouble = z
  .object({
    machine_id: z.string(),
    name: z.string().meta({ description: "What people call the machine." }),
    type: z.enum(["offline", "cpu", "memory", "disk", "id_conflict"]),
    severity: z.enum(["warning", "critical"]),
    percent: z.number().nullable().meta({ description: "Of a high figure." }),
    since: z.iso.datetime().nullable(),
  })
  .meta({
    id: "Trouble",
    description: "Something about a machine that an operator should look at.",
    examples: [
      {
        machine_id: "web-01",
        name: "web-01.example.com",
        type: "disk" as const,
        severity: "critical" as const,
        percent: 96.5,
        since: "2026-11-26T10:30:00.000Z",
      },
    ],
  });

/** How the fleet does, as clients see it. */
export const overview = z
  .object({
    timestamp: z.iso.datetime(),
    total_machines: z.int(),
    online: z.int(),
    warning: z.int(),
    offline: z.int(),
    distribution: z
      .object({ cpu: bins, memory: bins, disk: bins })
      .meta({ description: "Machines that report, by each figure's range from 0 to 100 % in equal parts." }),
    means: z
      .object({ cpu: mean, memory: mean, disk: mean })
      .meta({ description: "Percent, over the machines online; null where there are none." }),
    attention: z.array(trouble).meta({ description: "What is wrong now, the worst ten first." }),
    attention_total: z.int().meta({ description: "Of how many these are the worst." }),
  })
  .meta({ id: "Overview", description: "How the fleet does." });

export type Overview = z.output<typeof overview>;
