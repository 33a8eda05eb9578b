import type { DependencyStates } from "../lifecycle/node-facts.js";
import type { ClusterStatusAnswer } from "./cluster-status.js";

/** What a node that runs alone tells instead of a cluster's status. */
export interface StandaloneStatusAnswer {
  readonly enabled: false;
  readonly mode: "standalone";
  readonly message: string;
  readonly node: {
    readonly hostname: string;
    readonly version: string;
    readonly started_at: string;
    readonly reports_per_second: number;
    readonly dependencies: DependencyStates;
  };
}

/** The cluster's status, of a member or of a node that runs alone; answered from memory. */
export abstract class StatusView {
  abstract status(): ClusterStatusAnswer | StandaloneStatusAnswer;
}
