import type { ClusterFacts } from "../cluster/cluster-health-check.js";
import type { NodeAnswer } from "../cluster/cluster-answer.js";
import type { ClusterHealthAnswer } from "./health-answer.js";

export interface Surroundings {
  /** Why what this node needs cannot be used, a sentence each. */
  readonly down: readonly string[];
  readonly sessionCount: number | null;
  /** Why the sessions could not be counted. */
  readonly sessionError: string | null;
}

/** Judges a cluster by what one of its nodes knows. */
export function judgeCluster(facts: ClusterFacts, surroundings: Surroundings): ClusterHealthAnswer {
  const { nodes, backend, lastSync } = facts;
  const healthy = nodes.filter((node) => node.status === "active" && node.config_mismatch.length === 0);
  const discord = discordAmong(facts);
  const obstacle = surroundings.down[0] ?? discord ?? tooFew(healthy);
  const gone = nodes.some(({ status }) => status === "inactive");
  return {
    overall:
      !backend.connected || surroundings.down.length > 0 || healthy.length === 0
        ? "critical"
        : obstacle !== undefined || gone
          ? "degraded"
          : "healthy",
    backend: {
      connected: backend.connected,
      type: backend.type,
      latency_ms: backend.latencyMs === null ? null : Math.round(backend.latencyMs * 10) / 10,
      host: backend.host,
      error: backend.error,
    },
    nodes: [...nodes],
    sync: {
      synced: discord === undefined,
      session_count: surroundings.sessionCount,
      last_sync: lastSync,
      details: discord ?? "The active nodes agree on the settings that must be equal.",
      error: surroundings.sessionError ?? backend.error,
    },
    failover: {
      ready: obstacle === undefined,
      healthy_nodes: healthy.length,
      details: obstacle ?? `Any one of these nodes can fail now: ${namesOf(healthy)}.`,
    },
  };
}

/** The same answer for a node that runs alone: it has no registry and nobody to agree with or to take over. */
export function judgeSingleNode({ down, sessionCount, sessionError }: Surroundings): ClusterHealthAnswer {
  return {
    overall: down.length === 0 ? "healthy" : "critical",
    backend: { connected: false, type: "none", latency_ms: null, host: null, error: null },
    nodes: [],
    sync: {
      synced: true,
      session_count: sessionCount,
      last_sync: null,
      details: "This server runs as a single node: there is nobody to agree with.",
      error: sessionError,
    },
    failover: {
      ready: false,
      healthy_nodes: down.length === 0 ? 1 : 0,
      details: down[0] ?? "This server runs as a single node: nobody takes over when it fails.",
    },
  };
}

/** What keeps this node from knowing that all agree, or undefined where they do. */
function discordAmong({ nodes, backend, lastSync }: ClusterFacts): string | undefined {
  if (!backend.connected) {
    return lastSync === null
      ? `The ${backend.type} registry cannot be reached: this node knows of no other yet.`
      : `The ${backend.type} registry cannot be reached: what is known of the other nodes is of ${lastSync}.`;
  }
  const unknown = nodes.filter(({ status }) => status === "unknown");
  if (unknown.length > 0) return `This node cannot tell yet how these do: ${namesOf(unknown)}.`;
  const differing = nodes.filter(({ status, config_mismatch }) => isUp(status) && config_mismatch.length > 0);
  if (differing.length === 0) return undefined;
  const each = differing.map(({ node_id, config_mismatch }) => `${node_id} (${config_mismatch.join(", ")})`);
  return `Settings that must be equal differ: ${each.join("; ")}.`;
}

function tooFew(healthy: readonly NodeAnswer[]): string | undefined {
  if (healthy.length > 1) return undefined;
  return healthy.length === 0 ? "No node is healthy." : `Only ${namesOf(healthy)} is healthy: nobody could take over.`;
}

function isUp(status: NodeAnswer["status"]): boolean {
  return status === "active" || status === "draining";
}

function namesOf(nodes: readonly NodeAnswer[]): string {
  return nodes.map(({ node_id }) => node_id).join(", ");
}
