import type { ClusterStatusAnswer, StandaloneStatusAnswer } from "./cluster-answer.js";

/** The cluster's status, of a member or of a node that runs alone; answered from memory. */
export abstract class StatusView {
  abstract status(): ClusterStatusAnswer | StandaloneStatusAnswer;
}
