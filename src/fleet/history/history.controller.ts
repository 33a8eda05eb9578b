import { Controller, Get, Param, Query } from "@nestjs/common";
import { z } from "zod";
import { HistoryService } from "./history.service.js";

/** With its zone: nodes in different zones must understand the same. */
const time = z.iso
  .datetime({ offset: true, error: "must be a time in ISO 8601 with its zone, such as 2026-01-31T12:00:00Z" })
  .transform((text) => Date.parse(text));

const historyQuery = z.object({
  from: time.optional(),
  to: time.optional(),
  limit: z.coerce.number("must be a number").int("must be a whole number").min(1).max(5000).default(100),
  // Rolled-up resolutions come with rollups; until then every answer is raw.
  resolution: z.enum(["raw", "auto"], "must be raw or auto").default("raw"),
});

/** A machine's past, for logged-in operators. */
@Controller("api/fleet/history")
export class HistoryController {
  constructor(private readonly history: HistoryService) {}

  @Get(":id")
  async read(@Param("id") id: string, @Query({ schema: historyQuery }) query: z.output<typeof historyQuery>) {
    const { machineId, samples } = await this.history.read(id, {
      from: query.from ?? 0,
      to: query.to ?? Number.MAX_SAFE_INTEGER,
      limit: query.limit,
    });
    return { machine_id: machineId, resolution: "raw", history: samples };
  }
}
