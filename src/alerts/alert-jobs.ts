import { Inject, Injectable, type OnApplicationBootstrap } from "@nestjs/common";
import { ALERTS_CONFIG, type AlertsConfig } from "../config/config.module.js";
import { PeriodicJobs } from "../database/leases/periodic-jobs.js";
import { AlertRetention } from "./alert-retention.js";
import { Evaluation } from "./evaluation/evaluation.js";
import { Delivery } from "./outbox/delivery.js";

const DELIVERY = "alert-delivery";
const RETENTION_INTERVAL_MS = 3_600_000;

/** What one node does for all: it looks for what is wrong, and tells of it. A slow receiver delays no look. */
@Injectable()
export class AlertJobs implements OnApplicationBootstrap {
  constructor(
    @Inject(ALERTS_CONFIG) private readonly alerts: AlertsConfig,
    private readonly jobs: PeriodicJobs,
    private readonly evaluation: Evaluation,
    private readonly delivery: Delivery,
    private readonly retention: AlertRetention,
  ) {}

  onApplicationBootstrap(): void {
    const intervalMs = this.alerts.interval * 1000;
    const { evaluation, delivery, retention } = this;
    this.jobs.start({ name: "alert-retention", intervalMs: RETENTION_INTERVAL_MS, run: (run) => retention.clear(run) });
    if (!this.alerts.enabled) return;
    this.jobs.start({
      name: "alert-evaluation",
      intervalMs,
      run: async ({ lease }) => {
        if ((await evaluation.run(lease)) > 0) this.jobs.wake(DELIVERY);
      },
    });
    this.jobs.start({ name: DELIVERY, intervalMs, run: (run) => delivery.run(run) });
  }
}
