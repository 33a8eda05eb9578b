import { Injectable } from "@nestjs/common";
import { Metrics } from "../../monitoring/metrics.js";
import { MachinesService } from "./machines.service.js";
import { machineStatuses } from "./machine-status.js";

/** How many machines there are: every node reads the same database and says the same. */
@Injectable()
export class MachineMetrics {
  constructor(metrics: Metrics, machines: MachinesService) {
    const counts = metrics.gauge({
      name: "fleet_machines",
      help: "Machines by status, in the database that all nodes share; absent while it is away.",
      labelNames: ["status"],
    });
    const summary = metrics.inBackground(() => machines.summary());
    metrics.beforeScrape(() => {
      const { value } = summary;
      counts.reset();
      if (value) for (const status of machineStatuses) counts.set({ status }, value[status]);
    });
  }
}
