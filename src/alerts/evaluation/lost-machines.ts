import { Inject, Injectable } from "@nestjs/common";
import { ALERTS_CONFIG, type AlertsConfig, MACHINES_CONFIG, type MachinesConfig } from "../../config/config.module.js";
import { DatabaseClock } from "../../database/database-clock.js";
import { FleetWatch } from "../../fleet/watch/fleet-watch.js";
import type { WatchedMachine } from "../../fleet/watch/machine-watch.js";
import { suspectAfterMs } from "../rules/judge-losses.js";
import { RuleTable } from "../rules/rule-table.js";

/** So many are asked for their tags, which lie in their documents. */
const MAX_ASKED = 2000;

/** Machines that are missing in the eyes of the rules: those that have been silent for long enough by their own limits. */
@Injectable()
export class LostMachines {
  private readonly table: RuleTable;
  private readonly windowMs: number;

  constructor(
    @Inject(ALERTS_CONFIG) alerts: AlertsConfig,
    @Inject(MACHINES_CONFIG) machines: MachinesConfig,
    private readonly fleet: FleetWatch,
    private readonly clock: DatabaseClock,
  ) {
    this.table = new RuleTable(alerts, machines);
    this.windowMs = alerts.mass_loss.window * 1000;
  }

  /**
   * How many were last seen between these times, inclusive; of more than 2,000, the part that counts is taken from the
   * longest silent 2,000. Throws BackendUnavailableError.
   */
  async count(from: number, to: number): Promise<number> {
    const all = await this.fleet.countLost(from, to);
    if (!this.table.hasOfflineOverrides || all === 0) return all;
    const asked = await this.fleet.lostBetween(from, to, MAX_ASKED);
    const counting = await this.missingOf(asked);
    return asked.length < MAX_ASKED ? counting.length : Math.round((all * counting.length) / asked.length);
  }

  /** Those last seen between these times, inclusive, the longest silent first. Throws BackendUnavailableError. */
  async between(from: number, to: number, limit: number): Promise<readonly WatchedMachine[]> {
    if (!this.table.hasOfflineOverrides) return this.fleet.lostBetween(from, to, limit);
    return (await this.missingOf(await this.fleet.lostBetween(from, to, MAX_ASKED))).slice(0, limit);
  }

  private async missingOf(machines: readonly WatchedMachine[]): Promise<readonly WatchedMachine[]> {
    const facts = await this.fleet.facts(machines.map(({ machineId }) => machineId));
    const now = this.clock.nowMs();
    return machines.filter(({ machineId, lastSeen }) => {
      const { offlineAfterMs } = this.table.limitsFor(facts.get(machineId)?.tags ?? []);
      return offlineAfterMs !== null && now - lastSeen >= suspectAfterMs(offlineAfterMs, { windowMs: this.windowMs });
    });
  }
}
