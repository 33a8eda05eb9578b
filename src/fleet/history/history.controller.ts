import { Controller, Get, Param, Query } from "@nestjs/common";
import { z } from "zod";
import { Operation, Section } from "../../common/operation.js";
import { history } from "./history-answer.js";
import { HistoryService } from "./history.service.js";

/** With its zone: nodes in different zones must understand the same. */
const time = z.iso
  .datetime({ offset: true, error: "must be a time in ISO 8601 with its zone, such as 2026-01-31T12:00:00Z" })
  .transform((text) => Date.parse(text));

const historyQuery = z
  .object({
    from: time.optional().meta({ description: "The earliest time, inclusive; ISO 8601 with its zone." }),
    to: time.optional().meta({ description: "The latest time, inclusive." }),
    limit: z.coerce
      .number("must be a number")
      .int("must be a whole number")
      .min(1)
      .max(5000)
      .optional()
      .meta({ description: "At most so many points, the newest of them." }),
    resolution: z
      .enum(["raw", "5m", "1h", "auto"], "must be raw, 5m, 1h or auto")
      .default("raw")
      .meta({ description: "Samples, or means over 5 minutes or an hour; `auto`: what suits the length of time." }),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
    path: ["from"],
    error: "must not be after to",
  });

/** A machine's past, for logged-in operators. */
@Section("Machines")
@Controller("api/fleet/history")
export class HistoryController {
  constructor(private readonly history: HistoryService) {}

  @Get(":id")
  @Operation({
    id: "getHistory",
    summary: "Shows a machine's past.",
    description: "The newest 100 raw samples, where nothing else is asked for.",
    answers: { 200: history },
    errors: [404],
    parameters: { id: "The machine's id, or its serial number." },
  })
  async read(@Param("id") id: string, @Query({ schema: historyQuery }) query: z.output<typeof historyQuery>) {
    const { machineId, resolution, step, points } = await this.history.read(id, {
      from: query.from,
      to: query.to,
      limit: query.limit,
      resolution: query.resolution,
    });
    return { machine_id: machineId, resolution, step, history: points };
  }
}
