import { Injectable } from "@nestjs/common";
import { LessThan } from "typeorm";
import { DatabaseClock } from "../database/database-clock.js";
import type { JobRun } from "../database/leases/periodic-job.js";
import { Incident } from "./incidents/incident.entity.js";
import { Silence } from "./silences/silence.entity.js";

/** As long as the events that tell of them. */
const KEEP_MS = 90 * 86_400_000;
/** Few enough that a step holds the database's lock for a moment only. */
const STEP = 200;

/** Removes incidents that were closed more than 90 days ago, with their notifications, and silences that ended then. */
@Injectable()
export class AlertRetention {
  constructor(private readonly clock: DatabaseClock) {}

  /** One run of the job. */
  async clear({ lease, goOn }: JobRun): Promise<void> {
    const before = this.clock.nowMs() - KEEP_MS;
    await lease.write((manager) => manager.delete(Silence, { endsAt: LessThan(before) }));
    while (await goOn()) {
      const removed = await lease.write(async (manager) => {
        const old = await manager.find(Incident, {
          where: { closedAt: LessThan(before) },
          select: { id: true },
          take: STEP,
        });
        if (old.length > 0)
          await manager.delete(
            Incident,
            old.map(({ id }) => id),
          );
        return old.length;
      });
      if (removed < STEP) return;
    }
  }
}
