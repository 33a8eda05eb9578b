import { Controller, Get } from "@nestjs/common";
import { ClusterStatus, type ClusterStatusAnswer, type NodeAnswer } from "./cluster-status.js";

/** The cluster as operators see it, through the eyes of the node that answers. */
@Controller("api/fleet/cluster")
export class ClusterController {
  constructor(private readonly cluster: ClusterStatus) {}

  @Get("status")
  status(): ClusterStatusAnswer {
    return this.cluster.status();
  }

  /** The active nodes only. */
  @Get("nodes")
  nodes(): { nodes: NodeAnswer[]; count: number } {
    const nodes = this.cluster.nodes().filter(({ status }) => status === "active");
    return { nodes, count: nodes.length };
  }
}
