import { Controller, Get } from "@nestjs/common";
import { setTimeout as sleep } from "node:timers/promises";
import { ClusterHealthCheck } from "../cluster/cluster-health-check.js";
import { FleetError } from "../common/fleet-error.js";
import { Operation, Section } from "../common/operation.js";
import { SessionCount } from "../sessions/session-count.js";
import { DependencyMonitor } from "./dependency-monitor.js";
import { type ClusterHealthAnswer, clusterHealth } from "./health-answer.js";
import { type Surroundings, judgeCluster, judgeSingleNode } from "./judge-cluster.js";

const COUNT_LIMIT_MS = 1_000;

/** The long form of the cluster's health, for operators; what it says is known in memory, but for the session count. */
@Section("Cluster")
@Controller("api/fleet/cluster")
export class ClusterHealthCheckController {
  constructor(
    private readonly cluster: ClusterHealthCheck,
    private readonly monitor: DependencyMonitor,
    private readonly sessions: SessionCount,
  ) {}

  @Get("health-check")
  @Operation({
    id: "checkClusterHealth",
    summary: "Tells how the cluster does, and whether it can lose a node.",
    answers: { 200: clusterHealth },
  })
  async check(): Promise<ClusterHealthAnswer> {
    const counted = await this.countSessions();
    const down = [...this.monitor.states()].flatMap(([name, { up, reason }]) =>
      up ? [] : [reason ?? `The ${name} cannot be used.`],
    );
    const surroundings = { ...counted, down };
    const facts = this.cluster.facts();
    return facts === null ? judgeSingleNode(surroundings) : judgeCluster(facts, surroundings);
  }

  private async countSessions(): Promise<Pick<Surroundings, "sessionCount" | "sessionError">> {
    const late = { sessionCount: null, sessionError: "The session store does not answer." };
    const counting = this.sessions.read().then(
      (sessionCount) => ({
        sessionCount,
        sessionError: sessionCount === null ? "There are too many sessions to count them now." : null,
      }),
      (error: unknown) => ({
        sessionCount: null,
        sessionError: error instanceof FleetError ? error.message : "The sessions cannot be counted.",
      }),
    );
    return Promise.race([counting, sleep(COUNT_LIMIT_MS, late, { ref: false })]);
  }
}
