import type { ClusterHealth } from "../cluster/cluster-health.js";
import { FleetError } from "../common/fleet-error.js";
import type { Dependency } from "./dependency.js";

/** The cluster's own heartbeat is the check: there is nothing to ask, only its last result to look at. */
export function clusterDependency(cluster: ClusterHealth): Dependency {
  return {
    name: "cluster registry",
    neededByIngest: false,
    check: () => {
      const { up, reason } = cluster.check();
      return up
        ? Promise.resolve()
        : Promise.reject(new FleetError(503, "CLUSTER_UNAVAILABLE", reason ?? "The node is not in the cluster."));
    },
  };
}
