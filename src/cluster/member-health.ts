import { Inject, Injectable } from "@nestjs/common";
import { CLUSTER_CONFIG, type ClusterConfig } from "../config/config.module.js";
import { type ClusterCheck, ClusterHealth } from "./cluster-health.js";
import { OwnNode } from "./own-node.js";

/** A clustered node is healthy while the others have heard from it within the node time-out. */
@Injectable()
export class MemberHealth extends ClusterHealth {
  constructor(
    @Inject(CLUSTER_CONFIG) private readonly cluster: ClusterConfig,
    private readonly own: OwnNode,
  ) {
    super();
  }

  check(): ClusterCheck {
    return judgeMembership(this.own.lastHeartbeat?.monotonicMs, performance.now(), this.cluster);
  }
}

/** `lastHeartbeatAt` and `now` in milliseconds on the monotonic clock. */
export function judgeMembership(
  lastHeartbeatAt: number | undefined,
  now: number,
  { backend, node_timeout }: Pick<ClusterConfig, "backend" | "node_timeout">,
): ClusterCheck {
  if (lastHeartbeatAt === undefined) {
    return {
      up: false,
      reason: `The node has not joined the cluster: no heartbeat to its ${backend} registry has succeeded yet.`,
    };
  }
  const ageMs = now - lastHeartbeatAt;
  if (ageMs < node_timeout * 1000) return { up: true };
  const seconds = Math.floor(ageMs / 1000);
  return { up: false, reason: `The node has lost the cluster: its last heartbeat succeeded ${seconds} s ago.` };
}
