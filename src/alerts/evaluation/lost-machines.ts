import { Inject, Injectable } from "@nestjs/common";
import { ALERTS_CONFIG, type AlertsConfig, MACHINES_CONFIG, type MachinesConfig } from "../../config/config.module.js";
import { FleetWatch } from "../../fleet/watch/fleet-watch.js";
import type { WatchedMachine } from "../../fleet/watch/machine-watch.js";
import { RuleTable } from "../rules/rule-table.js";
import type { LostGroup } from "./changes.js";
import { SilentMachines } from "./silent-machines.js";

export type LostMachine = Pick<WatchedMachine, "machineId" | "lastSeen">;

/** More than any fleet has. */
const ALL = 10_000_000;

/** The machines of a mass loss that are missing. Where tags decide on limits, that takes a look at each of them. */
@Injectable()
export class LostMachines {
  private readonly table: RuleTable;

  constructor(
    @Inject(ALERTS_CONFIG) alerts: AlertsConfig,
    @Inject(MACHINES_CONFIG) machines: MachinesConfig,
    private readonly fleet: FleetWatch,
    private readonly silent: SilentMachines,
  ) {
    this.table = new RuleTable(alerts, machines);
  }

  /** Throws BackendUnavailableError. */
  async count(group: LostGroup): Promise<number> {
    if (!this.table.hasOfflineOverrides) return this.fleet.countLost(group.from, group.to);
    return (await this.between(group, ALL)).length;
  }

  /** The longest silent first. Throws BackendUnavailableError. */
  async between({ from, to, limitMs }: LostGroup, limit: number): Promise<readonly LostMachine[]> {
    if (!this.table.hasOfflineOverrides) return this.fleet.lostBetween(from, to, limit);
    const machines = await this.silent.of(await this.fleet.lostBetween(from, to, ALL));
    return machines
      .filter(({ offlineAfterMs }) => offlineAfterMs !== null && this.isOf(limitMs, offlineAfterMs))
      .slice(0, limit);
  }

  /** Whether a machine of the second limit belongs to a loss of the first. One that the settings no longer know is all machines'. */
  isOf(lossLimitMs: number, limitMs: number): boolean {
    return lossLimitMs === limitMs || !this.table.offlineLimits.includes(lossLimitMs);
  }
}
