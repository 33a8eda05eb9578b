import { Controller, Get, Param, Query } from "@nestjs/common";
import { z } from "zod";
import { HistoryService } from "./history.service.js";

/** With its zone: nodes in different zones must understand the same. */
const time = z.iso
  .datetime({ offset: true, error: "must be a time in ISO 8601 with its zone, such as 2026-01-31T12:00:00Z" })
  .transform((text) => Date.parse(text));

const historyQuery = z
  .object({
    from: time.optional(),
    to: time.optional(),
    limit: z.coerce.number("must be a number").int("must be a whole number").min(1).max(5000).optional(),
    resolution: z.enum(["raw", "5m", "1h", "auto"], "must be raw, 5m, 1h or auto").default("raw"),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
    path: ["from"],
    error: "must not be after to",
  });

/** A machine's past, for logged-in operators. */
@Controller("api/fleet/history")
export class HistoryController {
  constructor(private readonly history: HistoryService) {}

  @Get(":id")
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
