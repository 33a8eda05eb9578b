import { Inject, Injectable } from "@nestjs/common";
import { MACHINES_CONFIG, type MachinesConfig } from "../../config/config.module.js";
import { DatabaseClock } from "../../database/database-clock.js";
import { valueAt } from "../../common/value-at.js";
import { FleetStore, type StoredMachine } from "../store/fleet-store.js";
import { worstTroubles } from "./attention.js";
import { CONFLICT_LASTS_MS } from "./machine-view.js";
import type { StatusLimits } from "./machine-status.js";
import type { Overview } from "./overview-answer.js";

/** More of them than are shown are read, so that the choice is a good one. */
const OFFLINE_READ = 10;
const CONFLICTS_READ = 100;
/** An answer serves for ten times as long as it took to read. */
const REST_FACTOR = 10;

/** Is the fleet well, and where is it not? */
@Injectable()
export class OverviewService {
  private readonly limits: StatusLimits;
  private reading: Promise<Overview> | undefined;
  private freshUntilMs = 0;

  constructor(
    @Inject(MACHINES_CONFIG) machines: MachinesConfig,
    private readonly store: FleetStore,
    private readonly clock: DatabaseClock,
  ) {
    this.limits = { warningAfterMs: machines.warning_after * 1000, offlineAfterMs: machines.offline_after * 1000 };
  }

  /** All who ask at once share one answer, and it serves others for a while: adding up a large fleet takes its time. */
  read(): Promise<Overview> {
    if (this.reading && performance.now() < this.freshUntilMs) return this.reading;
    const startedAtMs = performance.now();
    this.freshUntilMs = Infinity;
    const reading = this.readNow();
    this.reading = reading;
    reading.then(
      () => {
        const tookMs = performance.now() - startedAtMs;
        this.freshUntilMs = performance.now() + REST_FACTOR * tookMs;
      },
      () => {
        this.freshUntilMs = 0;
      },
    );
    return reading;
  }

  private async readNow(): Promise<Overview> {
    const now = this.clock.nowMs();
    const [{ counts, high, meanCpu, meanMemory, meanDisk }, distribution, offline, conflicts] = await Promise.all([
      this.store.summary(now, this.limits),
      this.store.spread(now, this.limits),
      this.latestLost(now),
      this.store.conflictsSince(now - CONFLICT_LASTS_MS, CONFLICTS_READ),
    ]);
    const worst = worstTroubles({ offline, high, conflicts }, now);
    const names = new Map((await this.store.machinesOf(worst.map(({ machineId }) => machineId))).map(namedMachine));
    return {
      timestamp: new Date(now).toISOString(),
      total_machines: counts.online + counts.warning + counts.offline,
      ...counts,
      distribution,
      means: { cpu: meanCpu, memory: meanMemory, disk: meanDisk },
      attention: worst.map(({ machineId, type, severity, percent, since }) => ({
        machine_id: machineId,
        name: names.get(machineId) ?? machineId,
        type,
        severity,
        percent,
        since: since === null ? null : new Date(since).toISOString(),
      })),
      attention_total: counts.offline + high.length + conflicts.length,
    };
  }

  private async latestLost(now: number): Promise<readonly StoredMachine[]> {
    const query = { limit: OFFLINE_READ, sort: "last_seen", descending: true, status: "offline" } as const;
    const { machines } = await this.store.machines({ ...query, search: undefined, after: undefined }, now, this.limits);
    return machines;
  }
}

function namedMachine({ machineId, info }: StoredMachine): [string, string] {
  const hostname = valueAt(info === null ? {} : JSON.parse(info), ["hostname"]);
  return [machineId, typeof hostname === "string" && hostname !== "" ? hostname : machineId];
}
