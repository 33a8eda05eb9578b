import { z } from "zod";
import { reportedMetrics } from "../reported.js";

/** A sample, or some of them as one point. */
const historyPoint = z
  .object({
    timestamp: z.iso.datetime(),
    metrics: reportedMetrics.meta({
      description: "The sample, whole where it was kept; of a point of several samples the means.",
    }),
    max: reportedMetrics.optional().meta({ description: "The highest values, in points of several samples." }),
    count: z.int().optional().meta({ description: "How many samples it is of, in points of several samples." }),
  })
  .meta({ id: "HistoryPoint", description: "A sample of a machine, or several as one point." });

export type HistoryPoint = z.output<typeof historyPoint>;

export const history = z
  .object({
    machine_id: z.string(),
    resolution: z
      .enum(["raw", "5m", "1h"])
      .meta({ description: "The one that was chosen, where `auto` was asked for." }),
    step: z
      .number()
      .nullable()
      .meta({ description: "Seconds from one point to the next; null where they lie as the machine reported." }),
    history: z.array(historyPoint).meta({ description: "Oldest first." }),
  })
  .meta({
    id: "History",
    description: "A machine's past.",
    examples: [
      {
        machine_id: "web-01",
        resolution: "5m" as const,
        step: 300,
        history: [
          {
            timestamp: "2026-11-26T10:30:00.000Z",
            metrics: { cpu: { percent: 12.5 } },
            max: { cpu: { percent: 40 } },
            count: 30,
          },
        ],
      },
    ],
  });
