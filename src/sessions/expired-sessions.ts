import { Inject, Injectable, type OnApplicationBootstrap } from "@nestjs/common";
import { SESSIONS_CONFIG, type SessionsConfig } from "../config/config.module.js";
import { PeriodicJobs } from "../database/leases/periodic-jobs.js";
import { SESSION_STORE, type SessionStore } from "./store/session-store.js";

const INTERVAL_MS = 10 * 60_000;

/**
 * Removes sessions that nobody came back for, where the store does not do so itself. They lie in a store of their own, out
 * of reach of the lease's token; a node that is late removes only what has expired by the store's clock anyway.
 */
@Injectable()
export class ExpiredSessions implements OnApplicationBootstrap {
  constructor(
    @Inject(SESSION_STORE) private readonly store: SessionStore,
    @Inject(SESSIONS_CONFIG) private readonly config: SessionsConfig,
    private readonly jobs: PeriodicJobs,
  ) {}

  onApplicationBootstrap(): void {
    const sweep = this.store.sweep;
    if (!sweep) return;
    this.jobs.start({
      // While nodes change over from one store to another each store has its own job.
      name: `expired-sessions-${this.config.backend}`,
      intervalMs: INTERVAL_MS,
      run: ({ goOn }) => sweep(goOn),
    });
  }
}
