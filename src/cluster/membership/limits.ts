import type { ClusterConfig } from "../../config/config.module.js";

/** How long is too long, in milliseconds. */
export interface MembershipLimits {
  readonly heartbeatIntervalMs: number;
  readonly nodeTimeoutMs: number;
  readonly forgetAfterMs: number;
}

export function membershipLimits(cluster: ClusterConfig): MembershipLimits {
  return {
    heartbeatIntervalMs: cluster.heartbeat_interval * 1000,
    nodeTimeoutMs: cluster.node_timeout * 1000,
    forgetAfterMs: cluster.forget_after * 1000,
  };
}

/**
 * Whether two successful reads this far apart are a fair watch over the time between them. After a longer gap the
 * observer was paused or cut off, and what it did not see says nothing about the others. Always below the node time-out,
 * so that no single gap can condemn a node.
 */
export function isTimely(gapMs: number, { heartbeatIntervalMs, nodeTimeoutMs }: MembershipLimits): boolean {
  return gapMs <= Math.max(2 * heartbeatIntervalMs, heartbeatIntervalMs + 1000) && gapMs < nodeTimeoutMs;
}
