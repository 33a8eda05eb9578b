import { Controller, Get, Inject, Query, Res, ServiceUnavailableException } from "@nestjs/common";
import { HealthCheckService, HealthIndicatorService } from "@nestjs/terminus";
import type { Response } from "express";
import { z } from "zod";
import { Public } from "../common/access.js";
import { Operation, Section } from "../common/operation.js";
import { CLUSTER_CONFIG, type ClusterConfig } from "../config/config.module.js";
import { DependencyMonitor } from "./dependency-monitor.js";
import { alive, healthy, notReady, readiness, unhealthy } from "./health-answer.js";
import { NodeHealth } from "./node-health.js";

const probeQuery = z.object({
  scope: z
    .enum(["full", "ingest"])
    .default("full")
    .catch("full")
    .meta({ description: "`ingest`: judged only by what taking reports needs." }),
});

/** Probes of load balancers and orchestrators: answered from memory, without authentication. */
@Public()
@Section("Probes")
@Controller()
export class HealthController {
  constructor(
    @Inject(CLUSTER_CONFIG) private readonly cluster: ClusterConfig,
    private readonly health: NodeHealth,
    private readonly monitor: DependencyMonitor,
    private readonly terminus: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
  ) {}

  @Get("api/fleet/cluster/health")
  @Operation({
    id: "probe",
    summary: "Tells a load balancer whether to send this node requests.",
    answers: { 200: healthy, 503: unhealthy },
    errors: "none",
  })
  probe(
    @Query({ schema: probeQuery }) { scope }: z.output<typeof probeQuery>,
    @Res({ passthrough: true }) res: Response,
  ) {
    const reason = this.health.unhealthyBecause(scope);
    res.setHeader("Cache-Control", "no-store");
    if (reason === undefined) return { status: "healthy", node_id: this.cluster.node_id };
    res.status(503);
    return { status: "unhealthy", node_id: this.cluster.node_id, reason };
  }

  @Get("health/live")
  @Operation({
    id: "probeLive",
    summary: "Answers as long as the process turns.",
    answers: { 200: alive },
    errors: "none",
  })
  live() {
    return { status: "ok" };
  }

  @Get("health/ready")
  @Operation({
    id: "probeReady",
    summary: "Tells an orchestrator whether this node can serve, and how each dependency does.",
    answers: { 200: readiness, 503: notReady },
    errors: "none",
  })
  async ready(@Res({ passthrough: true }) res: Response) {
    const node = this.indicators.check("node");
    const reason = this.health.unhealthyBecause("ingest");
    const checks = [...this.monitor.states()].map(([name, state]) => () => {
      const indicator = this.indicators.check(name.replaceAll(" ", "_"));
      return state.up ? indicator.up() : indicator.down({ reason: state.reason });
    });
    try {
      return await this.terminus.check([() => (reason === undefined ? node.up() : node.down({ reason })), ...checks]);
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      // Terminus puts its report into the exception; it is the answer, not an error.
      res.status(503);
      return error.getResponse();
    }
  }
}
