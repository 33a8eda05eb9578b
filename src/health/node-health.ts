import { Inject, Injectable } from "@nestjs/common";
import { NodeLifecycle } from "../lifecycle/node-lifecycle.js";
import { DEPENDENCIES, type Dependency } from "./dependency.js";
import { DependencyMonitor } from "./dependency-monitor.js";

/** Whether a load balancer should send this node requests: all of them, or only agents' reports. */
export type ProbeScope = "full" | "ingest";

/** Judges the node from what is known in memory; it never waits for anything. */
@Injectable()
export class NodeHealth {
  constructor(
    private readonly lifecycle: NodeLifecycle,
    private readonly monitor: DependencyMonitor,
    @Inject(DEPENDENCIES) private readonly dependencies: readonly Dependency[],
  ) {}

  /** Why the node should get no requests of this scope, or undefined when it should. */
  unhealthyBecause(scope: ProbeScope): string | undefined {
    if (this.lifecycle.refusesBecause !== undefined) return this.lifecycle.refusesBecause;
    if (this.lifecycle.state !== "serving") return `The node is ${this.lifecycle.state}.`;
    for (const { name, neededByIngest } of this.dependencies) {
      const state = this.monitor.states().get(name);
      if (!state?.up && (scope === "full" || neededByIngest)) return state?.reason ?? `The ${name} is not known yet.`;
    }
    return undefined;
  }
}
