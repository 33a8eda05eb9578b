import { Controller, Get } from "@nestjs/common";
import { StandaloneStatus } from "./standalone-status.js";
import type { StandaloneStatusAnswer } from "./status-view.js";

/** The same addresses on a node that runs alone. */
@Controller("api/fleet/cluster")
export class StandaloneClusterController {
  constructor(private readonly standalone: StandaloneStatus) {}

  @Get("status")
  status(): StandaloneStatusAnswer {
    return this.standalone.status();
  }

  @Get("nodes")
  nodes() {
    return { nodes: [], count: 0 };
  }
}
