import type { AnyClusterStatus } from "../api/types.ts";
import { countOf } from "../format/figures.ts";

interface ClusterTone {
  readonly tone: "warning" | "bad";
  readonly words: string;
}

/** What is wrong with the cluster in a few words; undefined while nothing is. */
export function clusterTone(status: AnyClusterStatus): ClusterTone | undefined {
  const nodes = status.enabled ? status.nodes : [status.node];
  const down = nodes.flatMap(({ dependencies }) =>
    Object.entries(dependencies).flatMap(([name, state]) => (state === "down" ? [name] : [])),
  );
  if (down[0] !== undefined) return { tone: "bad", words: `the ${down[0]} is down` };
  if (!status.enabled) return undefined;
  if (status.inactive_nodes > 0) return { tone: "bad", words: `${countOf(status.inactive_nodes, "node")} inactive` };
  const differing = status.nodes.filter(
    ({ status: is, config_mismatch }) => (is === "active" || is === "draining") && config_mismatch.length > 0,
  );
  if (differing.length > 0) return { tone: "warning", words: "settings differ" };
  const unknown = status.nodes.filter(({ status: is }) => is === "unknown");
  return unknown.length > 0 ? { tone: "warning", words: `${countOf(unknown.length, "node")} unknown` } : undefined;
}
