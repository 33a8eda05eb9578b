import type { OperationDescription } from "../common/operation.js";
import { activeNodes, clusterStatusAnswer } from "./cluster-answer.js";

/** The routes that a node of a cluster and a node that runs alone both have. */
export const clusterOperations = {
  status: {
    id: "getClusterStatus",
    summary: "Tells how the cluster's nodes do.",
    description: "All nodes are listed, also those that stopped or went silent, until they are forgotten.",
    answers: { 200: clusterStatusAnswer },
  },
  nodes: { id: "listActiveNodes", summary: "Lists the active nodes of the cluster.", answers: { 200: activeNodes } },
} satisfies Record<string, OperationDescription>;
