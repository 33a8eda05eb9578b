import { Inject, Injectable } from "@nestjs/common";
import { collectDefaultMetrics } from "prom-client";
import { VERSION } from "../common/version.js";
import { CLUSTER_CONFIG, type ClusterConfig } from "../config/config.module.js";
import { Metrics } from "./metrics.js";

/** Sums that the library names like counters, which they are not; the same by type stays. */
const MISNAMED = ["nodejs_active_handles_total", "nodejs_active_requests_total", "nodejs_active_resources_total"];

/** What runs here: version, node id, and how the process and Node.js itself do. */
@Injectable()
export class RuntimeMetrics {
  constructor(metrics: Metrics, @Inject(CLUSTER_CONFIG) { node_id, hostname }: ClusterConfig) {
    // They watch the event loop and the garbage collector all the time.
    if (!metrics.enabled) return;
    metrics
      .gauge({ name: "fleet_build_info", help: "The version of Fleet Server; always 1.", labelNames: ["version"] })
      .set({ version: VERSION }, 1);
    metrics
      .gauge({
        name: "fleet_node_info",
        help: "The node that answers, as the cluster knows it; always 1.",
        labelNames: ["node_id", "hostname"],
      })
      .set({ node_id, hostname }, 1);
    collectDefaultMetrics({ register: metrics.register });
    for (const name of MISNAMED) metrics.register.removeSingleMetric(name);
  }
}
