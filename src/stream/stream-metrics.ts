import { Injectable } from "@nestjs/common";
import { Metrics } from "../monitoring/metrics.js";
import { StreamHub } from "./stream-hub.js";

/** How many live pages are open at this node. */
@Injectable()
export class StreamMetrics {
  constructor(metrics: Metrics, hub: StreamHub) {
    const open = metrics.gauge({
      name: "fleet_event_streams_open",
      help: "Streams of server-sent events open at the node: one for each live page.",
    });
    metrics.beforeScrape(() => {
      open.set(hub.size);
    });
  }
}
