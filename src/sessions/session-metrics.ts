import { Injectable } from "@nestjs/common";
import { Metrics, showIfKnown } from "../monitoring/metrics.js";
import { SessionCount } from "./session-count.js";

/** How many people are logged in, to the whole cluster: every node that shares the store says the same. */
@Injectable()
export class SessionMetrics {
  constructor(metrics: Metrics, sessions: SessionCount) {
    const active = metrics.gauge({
      name: "fleet_sessions_active",
      help: "Login sessions in the store that all nodes share; absent while the store is away or holds too many to count.",
    });
    const count = metrics.inBackground(() => sessions.read());
    metrics.beforeScrape(() => {
      showIfKnown(active, count.value);
    });
  }
}
