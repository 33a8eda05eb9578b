import { Injectable, type OnApplicationBootstrap } from "@nestjs/common";
import { DatabaseClock } from "../../database/database-clock.js";
import type { JobRun } from "../../database/leases/periodic-job.js";
import { PeriodicJobs } from "../../database/leases/periodic-jobs.js";
import { EventLog } from "../../events/event-log.js";
import { FleetStore } from "../store/fleet-store.js";
import { CONFLICT_LASTS_MS } from "./machine-view.js";

const INTERVAL_MS = 60_000;
const MAX_CONFLICTS = 100;

/** Makes an event, at most one a day for each id, of two machines that report under one id. */
@Injectable()
export class ConflictWatch implements OnApplicationBootstrap {
  /** What this node has told already; the event log keeps what several nodes tell once. */
  private told = new Set<string>();

  constructor(
    private readonly store: FleetStore,
    private readonly clock: DatabaseClock,
    private readonly jobs: PeriodicJobs,
    private readonly events: EventLog,
  ) {}

  onApplicationBootstrap(): void {
    this.jobs.start({ name: "machine-conflicts", intervalMs: INTERVAL_MS, run: (run) => this.look(run) });
  }

  /** One run of the job. */
  async look({ goOn }: Pick<JobRun, "goOn">): Promise<void> {
    const conflicts = await this.store.conflictsSince(this.clock.nowMs() - CONFLICT_LASTS_MS, MAX_CONFLICTS);
    const told = new Set<string>();
    for (const { machineId, at } of conflicts) {
      const onceKey = `machine.id_conflict:${machineId}:${new Date(at).toISOString().slice(0, 10)}`;
      if (!this.told.has(onceKey)) {
        await this.events.record({ kind: "machine.id_conflict", subject: machineId, onceKey });
        if (!(await goOn())) return;
      }
      told.add(onceKey);
    }
    this.told = told;
  }
}
