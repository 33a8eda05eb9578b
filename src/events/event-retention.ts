import { Injectable, type OnApplicationBootstrap } from "@nestjs/common";
import type { SelectQueryBuilder } from "typeorm";
import { DatabaseClock } from "../database/database-clock.js";
import type { JobRun } from "../database/leases/periodic-job.js";
import { PeriodicJobs } from "../database/leases/periodic-jobs.js";
import type { EventKind } from "./event-kinds.js";
import { StoredEvent } from "./event.entity.js";

const INTERVAL_MS = 60 * 60_000;
const KEEP_MS = 90 * 24 * 60 * 60_000;
/** Few enough that a step holds the database's lock for a moment only. */
const STEP = 500;

/** So many of the newest are kept. What strangers can cause is bounded by itself, so that it never displaces the rest. */
const bounds: readonly { readonly kind?: EventKind; readonly keep: number }[] = [
  { kind: "login.failed", keep: 100_000 },
  { kind: "login.locked_out", keep: 100_000 },
  { keep: 500_000 },
];

interface Limits {
  readonly keepMs: number;
  readonly bounds: typeof bounds;
}

type Selection = (events: SelectQueryBuilder<StoredEvent>) => SelectQueryBuilder<StoredEvent>;

/** Removes events that are older than 90 days, or beyond the newest so many. */
@Injectable()
export class EventRetention implements OnApplicationBootstrap {
  constructor(
    private readonly jobs: PeriodicJobs,
    private readonly clock: DatabaseClock,
  ) {}

  onApplicationBootstrap(): void {
    this.jobs.start({ name: "event-retention", intervalMs: INTERVAL_MS, run: (run) => this.clear(run) });
  }

  /** One run of the job, which ends early where it is told to. */
  async clear(run: JobRun, limits: Limits = { keepMs: KEEP_MS, bounds }): Promise<void> {
    const before = this.clock.nowMs() - limits.keepMs;
    const selections: Selection[] = [
      (events) => events.where("event.at < :before", { before }),
      ...limits.bounds.map(({ kind, keep }): Selection => {
        const ofKind: Selection = (events) => (kind === undefined ? events : events.where({ kind }));
        return (events) => ofKind(events).orderBy("event.at", "DESC").addOrderBy("event.id", "DESC").offset(keep);
      }),
    ];
    for (const select of selections) if (!(await removeInSteps(run, select))) return;
  }
}

/** Resolves with whether to go on. */
async function removeInSteps({ lease, goOn }: JobRun, select: Selection): Promise<boolean> {
  for (;;) {
    const removed = await lease.write(async (manager) => {
      const events = manager.createQueryBuilder(StoredEvent, "event").select("event.id", "id").limit(STEP);
      const ids = (await select(events).getRawMany<{ id: number }>()).map(({ id }) => id);
      if (ids.length > 0) await manager.delete(StoredEvent, ids);
      return ids.length;
    });
    if (!(await goOn())) return false;
    if (removed < STEP) return true;
  }
}
