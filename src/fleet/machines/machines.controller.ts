import { Controller, Delete, Get, HttpCode, Param, Query, Req } from "@nestjs/common";
import type { Request } from "express";
import { actorOf } from "../../auth/actor.js";
import { AtLeast } from "../../common/access.js";
import { Operation, Section } from "../../common/operation.js";
import { machine, machinePage } from "./machine-answer.js";
import { type MachineListQuery, machineListQuery } from "./machine-list-query.js";
import { MachinesService } from "./machines.service.js";
import { overview } from "./overview-answer.js";
import { OverviewService } from "./overview.service.js";
import { summary } from "./summary-answer.js";

/** The fleet over REST, for logged-in operators. */
@Section("Machines")
@Controller("api/fleet")
export class MachinesController {
  constructor(
    private readonly machines: MachinesService,
    private readonly overviews: OverviewService,
  ) {}

  @Get("machines")
  @Operation({ id: "listMachines", summary: "Lists the machines, page by page.", answers: { 200: machinePage } })
  async list(@Query({ schema: machineListQuery }) query: MachineListQuery) {
    const { machines, total, nextCursor } = await this.machines.list(query);
    return { machines, total, next_cursor: nextCursor };
  }

  @Get("machine/:id")
  @Operation({
    id: "getMachine",
    summary: "Shows one machine.",
    answers: { 200: machine },
    errors: [404],
    parameters: { id: "The machine's id, or its serial number." },
  })
  find(@Param("id") id: string) {
    return this.machines.find(id);
  }

  @AtLeast("admin")
  @Delete("machine/:id")
  @HttpCode(204)
  @Operation({
    id: "deleteMachine",
    summary: "Forgets a machine and its history.",
    description: "It is there again with its next report.",
    answers: { 204: "The machine is forgotten." },
    errors: [404],
    parameters: { id: "The machine's id." },
  })
  remove(@Req() req: Request, @Param("id") id: string) {
    return this.machines.remove(id, actorOf(req));
  }

  @Get("overview")
  @Operation({
    id: "getOverview",
    summary: "Shows how the fleet does: counts, distributions, and what is wrong now, worst first.",
    answers: { 200: overview },
  })
  overview() {
    return this.overviews.read();
  }

  @Get("summary")
  @Operation({ id: "getSummary", summary: "Shows the fleet at a glance.", answers: { 200: summary } })
  summary() {
    return this.machines.summary();
  }
}
