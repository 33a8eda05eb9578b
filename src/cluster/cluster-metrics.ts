import { Injectable } from "@nestjs/common";
import { Metrics } from "../monitoring/metrics.js";
import type { NodeAnswer } from "./cluster-answer.js";
import { ClusterStatus } from "./cluster-status.js";

const statuses = ["active", "draining", "inactive", "stopped", "unknown"] as const satisfies NodeAnswer["status"][];

/** The cluster as this node sees it, from memory. A node that left the list leaves the labels, too. */
@Injectable()
export class ClusterMetrics {
  constructor(metrics: Metrics, status: ClusterStatus) {
    const nodes = metrics.gauge({
      name: "fleet_cluster_nodes",
      help: "Nodes in the cluster's list by status, as the node that answers sees them; it counts itself.",
      labelNames: ["status"],
    });
    const ages = metrics.gauge({
      name: "fleet_cluster_heartbeat_age_seconds",
      help: "How long ago the node that answers last saw each node advance; absent for those that said they have stopped.",
      labelNames: ["node_id"],
    });
    const mismatched = metrics.gauge({
      name: "fleet_cluster_mismatched_nodes",
      help: "Nodes with settings, or on a database or session store, that differ from those of most nodes.",
    });
    metrics.beforeScrape(() => {
      const listed = status.nodes();
      for (const each of statuses) nodes.set({ status: each }, listed.filter((node) => node.status === each).length);
      ages.reset();
      for (const { node_id, heartbeat_age_ms, status: its } of listed) {
        if (heartbeat_age_ms !== null && its !== "stopped") ages.set({ node_id }, heartbeat_age_ms / 1000);
      }
      mismatched.set(listed.filter(({ config_mismatch }) => config_mismatch.length > 0).length);
    });
  }
}
