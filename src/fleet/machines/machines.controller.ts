import { Controller, Delete, Get, HttpCode, Param, Query } from "@nestjs/common";
import { AtLeast } from "../../common/access.js";
import { type MachineListQuery, machineListQuery } from "./machine-list-query.js";
import { MachinesService } from "./machines.service.js";
import { OverviewService } from "./overview.service.js";

/** The fleet over REST, for logged-in operators. */
@Controller("api/fleet")
export class MachinesController {
  constructor(
    private readonly machines: MachinesService,
    private readonly overviews: OverviewService,
  ) {}

  @Get("machines")
  async list(@Query({ schema: machineListQuery }) query: MachineListQuery) {
    const { machines, total, nextCursor } = await this.machines.list(query);
    return { machines, total, next_cursor: nextCursor };
  }

  @Get("machine/:id")
  find(@Param("id") id: string) {
    return this.machines.find(id);
  }

  @AtLeast("admin")
  @Delete("machine/:id")
  @HttpCode(204)
  remove(@Param("id") id: string) {
    return this.machines.remove(id);
  }

  @Get("overview")
  overview() {
    return this.overviews.read();
  }

  @Get("summary")
  summary() {
    return this.machines.summary();
  }
}
