import { Controller, Get } from "@nestjs/common";
import { Operation, Section } from "../common/operation.js";
import { clusterOperations } from "./cluster-operations.js";

/** The same addresses on a node that runs alone. */
@Section("Cluster")
@Controller("api/fleet/cluster")
export class StandaloneClusterController {
  @Get("status")
  @Operation(clusterOperations.status)
  status() {
    return {
      enabled: false,
      mode: "standalone",
      message: "This server runs as a single node; set cluster.enabled to run several as one.",
    };
  }

  @Get("nodes")
  @Operation(clusterOperations.nodes)
  nodes() {
    return { nodes: [], count: 0 };
  }
}
