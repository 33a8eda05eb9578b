import { Controller, Get, Header, Inject, Query, Redirect, Req } from "@nestjs/common";
import type { Request } from "express";
import type { z } from "zod";
import { CurrentUser } from "../auth/current-user.js";
import { Public } from "../common/access.js";
import { Operation, Section } from "../common/operation.js";
import { ORGANIZATION_CONFIG, type OrganizationConfig } from "../config/config.module.js";
import { machineListQuery } from "../fleet/machines/machine-list-query.js";
import { MachinesService } from "../fleet/machines/machines.service.js";
import type { SessionUser } from "../sessions/session-data.js";
import { dashboardPage } from "./dashboard-page.js";
import { pageAnswers } from "./page-answers.js";

const dashboardQuery = machineListQuery.pick({ cursor: true });
const PAGE = 100;

/** The pages that operators look at. */
@Section("Pages")
@Controller()
export class DashboardController {
  constructor(
    @Inject(ORGANIZATION_CONFIG) private readonly organization: OrganizationConfig,
    private readonly machines: MachinesService,
  ) {}

  @Public()
  @Get()
  @Redirect("/dashboard", 302)
  @Operation({ id: "showHome", summary: "Sends people to the dashboard.", answers: { 302: "To the dashboard." } })
  home(): void {
    // The decorator says it all.
  }

  @Get("dashboard")
  @Operation({ id: "showDashboard", summary: "Shows the machines.", answers: pageAnswers })
  @Header("Cache-Control", "no-store")
  async show(
    @Req() req: Request,
    @CurrentUser() user: SessionUser,
    @Query({ schema: dashboardQuery }) { cursor }: z.output<typeof dashboardQuery>,
  ): Promise<string> {
    const query = machineListQuery.parse({ limit: PAGE, cursor });
    const [list, summary] = await Promise.all([this.machines.list(query), this.machines.summary()]);
    return dashboardPage({
      organization: this.organization.name,
      username: user.username,
      machines: list.machines,
      nextCursor: list.nextCursor,
      counts: summary,
      nowMs: Date.parse(summary.timestamp),
      origin: `${req.protocol}://${req.host}`,
    });
  }
}
