import { Injectable } from "@nestjs/common";
import { NodeLifecycle, type NodeState } from "../lifecycle/node-lifecycle.js";
import { Metrics } from "../monitoring/metrics.js";
import { DependencyMonitor } from "./dependency-monitor.js";

const states = ["starting", "serving", "draining", "stopped"] as const satisfies NodeState[];

/** This node's own state, and what it needs as it last found it. */
@Injectable()
export class NodeMetrics {
  constructor(metrics: Metrics, lifecycle: NodeLifecycle, monitor: DependencyMonitor) {
    const state = metrics.gauge({
      name: "fleet_node_state",
      help: "1 for the state that the node is in, 0 for the others.",
      labelNames: ["state"],
    });
    const refusing = metrics.gauge({
      name: "fleet_node_refusing",
      help: "1 while the node runs and refuses to serve; its log and its probe say why.",
    });
    const up = metrics.gauge({
      name: "fleet_dependency_up",
      help: "1 while the node can use what it needs, 0 while it cannot; asked each second.",
      labelNames: ["dependency"],
    });
    metrics.beforeScrape(() => {
      for (const each of states) state.set({ state: each }, each === lifecycle.state ? 1 : 0);
      refusing.set(lifecycle.refusesBecause === undefined ? 0 : 1);
      for (const [name, known] of monitor.states()) {
        up.set({ dependency: name.replaceAll(" ", "_") }, known.up ? 1 : 0);
      }
    });
  }
}
