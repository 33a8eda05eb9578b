import { Controller, Get } from "@nestjs/common";
import { Operation, Section } from "../common/operation.js";
import type { StandaloneStatusAnswer } from "./cluster-answer.js";
import { clusterOperations } from "./cluster-operations.js";
import { StandaloneStatus } from "./standalone-status.js";

/** The same addresses on a node that runs alone. */
@Section("Cluster")
@Controller("api/fleet/cluster")
export class StandaloneClusterController {
  constructor(private readonly standalone: StandaloneStatus) {}

  @Get("status")
  @Operation(clusterOperations.status)
  status(): StandaloneStatusAnswer {
    return this.standalone.status();
  }

  @Get("nodes")
  @Operation(clusterOperations.nodes)
  nodes() {
    return { nodes: [], count: 0 };
  }
}
