import { Inject, Injectable } from "@nestjs/common";
import { VERSION } from "../common/version.js";
import { CLUSTER_CONFIG, type ClusterConfig } from "../config/config.module.js";
import { NodeFacts } from "../lifecycle/node-facts.js";
import { NodeLifecycle } from "../lifecycle/node-lifecycle.js";
import type { StandaloneStatusAnswer } from "./cluster-answer.js";
import type { StatusView } from "./status-view.js";

/** A node that runs alone, as it tells of itself. */
@Injectable()
export class StandaloneStatus implements StatusView {
  constructor(
    @Inject(CLUSTER_CONFIG) private readonly cluster: ClusterConfig,
    private readonly lifecycle: NodeLifecycle,
    private readonly facts: NodeFacts,
  ) {}

  status(): StandaloneStatusAnswer {
    return {
      enabled: false,
      mode: "standalone",
      message: "This server runs as a single node; set cluster.enabled to run several as one.",
      node: {
        hostname: this.cluster.hostname,
        version: VERSION,
        started_at: this.lifecycle.startedAt.toISOString(),
        reports_per_second: this.facts.reportsPerSecond,
        dependencies: this.facts.dependencies,
      },
    };
  }
}
