import { Inject, Injectable, type OnApplicationBootstrap } from "@nestjs/common";
import { DatabaseClock } from "../../database/database-clock.js";
import type { JobRun } from "../../database/leases/periodic-job.js";
import { PeriodicJobs } from "../../database/leases/periodic-jobs.js";
import { FleetStore } from "../store/fleet-store.js";
import { HISTORY_LIMITS } from "./history-limits.js";
import type { HistoryLimits } from "./history-store.js";

/** Roll-ups are to stand a minute or two after their five minutes are over. */
const INTERVAL_MS = 60_000;

/** Has one node at a time roll history up and remove what is past its time. */
@Injectable()
export class HistoryUpkeep implements OnApplicationBootstrap {
  constructor(
    @Inject(HISTORY_LIMITS) private readonly limits: HistoryLimits,
    private readonly store: FleetStore,
    private readonly clock: DatabaseClock,
    private readonly jobs: PeriodicJobs,
  ) {}

  onApplicationBootstrap(): void {
    this.jobs.start({ name: "history-upkeep", intervalMs: INTERVAL_MS, run: (run) => this.keepUp(run) });
  }

  /** One run of the job: steps until there is no more to do, or it is told to end. */
  async keepUp({ lease, goOn }: JobRun): Promise<void> {
    const step = () => lease.fenced((fence) => this.store.history.upkeep(this.clock.nowMs(), this.limits, fence));
    while ((await step()) && (await goOn()));
  }
}
