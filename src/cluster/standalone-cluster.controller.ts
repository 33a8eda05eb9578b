import { Controller, Get } from "@nestjs/common";

/** The same addresses on a node that runs alone. */
@Controller("api/fleet/cluster")
export class StandaloneClusterController {
  @Get("status")
  status() {
    return {
      enabled: false,
      mode: "standalone",
      message: "This server runs as a single node; set cluster.enabled to run several as one.",
    };
  }

  @Get("nodes")
  nodes() {
    return { nodes: [], count: 0 };
  }
}
