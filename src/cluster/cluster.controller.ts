import { Controller, Get } from "@nestjs/common";
import { Operation, Section } from "../common/operation.js";
import type { ClusterStatusAnswer, NodeAnswer } from "./cluster-answer.js";
import { clusterOperations } from "./cluster-operations.js";
import { ClusterStatus } from "./cluster-status.js";

/** The cluster as operators see it, through the eyes of the node that answers. */
@Section("Cluster")
@Controller("api/fleet/cluster")
export class ClusterController {
  constructor(private readonly cluster: ClusterStatus) {}

  @Get("status")
  @Operation(clusterOperations.status)
  status(): ClusterStatusAnswer {
    return this.cluster.status();
  }

  /** The active nodes only. */
  @Get("nodes")
  @Operation(clusterOperations.nodes)
  nodes(): { nodes: NodeAnswer[]; count: number } {
    const nodes = this.cluster.nodes().filter(({ status }) => status === "active");
    return { nodes, count: nodes.length };
  }
}
