import { Injectable } from "@nestjs/common";
import { Metrics, showIfKnown } from "../../monitoring/metrics.js";
import { LiveBus } from "./live-bus.js";
import { LiveChanges } from "./live-changes.js";
import { PollingLiveBus } from "./polling-live-bus.js";

/** Whether the live bus carries what is said over it. */
@Injectable()
export class LiveBusMetrics {
  constructor(metrics: Metrics, bus: LiveBus, changes: LiveChanges) {
    const up = metrics.gauge({
      name: "fleet_live_bus_up",
      help: "1 while the node hears itself over the live bus, 0 while it does not; absent without live pages or a bus.",
    });
    metrics.beforeScrape(() => {
      const { hearsBus } = changes;
      showIfKnown(up, bus instanceof PollingLiveBus || hearsBus === undefined ? undefined : Number(hearsBus));
    });
  }
}
