import { Inject, Injectable } from "@nestjs/common";
import { ALERTS_CONFIG, type AlertsConfig, MACHINES_CONFIG, type MachinesConfig } from "../../config/config.module.js";
import { FleetWatch } from "../../fleet/watch/fleet-watch.js";
import type { WatchedMachine } from "../../fleet/watch/machine-watch.js";
import { RuleTable } from "../rules/rule-table.js";

/** So many are asked for their tags, which lie in their documents. */
const MAX_ASKED = 2000;

/** Machines that are missing in the eyes of the rules: without those whose tags say that they are never called offline. */
@Injectable()
export class LostMachines {
  private readonly table: RuleTable;

  constructor(
    @Inject(ALERTS_CONFIG) alerts: AlertsConfig,
    @Inject(MACHINES_CONFIG) machines: MachinesConfig,
    private readonly fleet: FleetWatch,
  ) {
    this.table = new RuleTable(alerts, machines);
  }

  /**
   * How many were last seen between these times, inclusive; of more than 2,000, the part that counts is taken from the
   * longest silent 2,000. Throws BackendUnavailableError.
   */
  async count(from: number, to: number): Promise<number> {
    const all = await this.fleet.countLost(from, to);
    if (!this.table.excusesSome || all === 0) return all;
    const asked = await this.fleet.lostBetween(from, to, MAX_ASKED);
    const counting = await this.withoutExcused(asked);
    return asked.length < MAX_ASKED ? counting.length : Math.round((all * counting.length) / asked.length);
  }

  /** Those last seen between these times, inclusive, the longest silent first. Throws BackendUnavailableError. */
  async between(from: number, to: number, limit: number): Promise<readonly WatchedMachine[]> {
    if (!this.table.excusesSome) return this.fleet.lostBetween(from, to, limit);
    return (await this.withoutExcused(await this.fleet.lostBetween(from, to, MAX_ASKED))).slice(0, limit);
  }

  private async withoutExcused(machines: readonly WatchedMachine[]): Promise<readonly WatchedMachine[]> {
    const facts = await this.fleet.facts(machines.map(({ machineId }) => machineId));
    return machines.filter(
      ({ machineId }) => this.table.limitsFor(facts.get(machineId)?.tags ?? []).offlineAfterMs !== null,
    );
  }
}
