import { Inject, Injectable } from "@nestjs/common";
import { ALERTS_CONFIG, type AlertsConfig, MACHINES_CONFIG, type MachinesConfig } from "../../config/config.module.js";
import { FleetWatch } from "../../fleet/watch/fleet-watch.js";
import type { WatchedMachine } from "../../fleet/watch/machine-watch.js";
import type { SilentMachine } from "../rules/judge-losses.js";
import { RuleTable } from "../rules/rule-table.js";
import { MachineTags } from "./machine-tags.js";

/** So many rows are read at a time. */
const PAGE = 2000;
/** So many machines are looked at one by one; more than that are a mass loss, which is counted, or come next. */
const MAX_SILENT = 2000;

/** Machines that have not reported for a while, with their own limits. Methods throw BackendUnavailableError. */
@Injectable()
export class SilentMachines {
  private readonly table: RuleTable;

  constructor(
    @Inject(ALERTS_CONFIG) alerts: AlertsConfig,
    @Inject(MACHINES_CONFIG) machines: MachinesConfig,
    private readonly fleet: FleetWatch,
    private readonly tags: MachineTags,
  ) {
    this.table = new RuleTable(alerts, machines);
  }

  async of(machines: readonly Pick<WatchedMachine, "machineId" | "lastSeen">[]): Promise<SilentMachine[]> {
    const tags = this.table.hasOfflineOverrides ? await this.tags.of(machines) : undefined;
    return machines.map(({ machineId, lastSeen }) => ({
      machineId,
      lastSeen,
      offlineAfterMs: this.table.limitsFor(tags?.get(machineId) ?? []).offlineAfterMs,
    }));
  }

  /**
   * Those with this limit that were last seen between these times, inclusive, the longest silent first, as far as they are
   * wanted. `seenTo` is before `to` where they are too many at once: those that follow come next.
   */
  async between(
    { from, to, limitMs }: { readonly from: number; readonly to: number; readonly limitMs: number },
    isWanted: (machine: WatchedMachine) => boolean,
  ): Promise<{ readonly machines: readonly SilentMachine[]; readonly seenTo: number }> {
    const machines: SilentMachine[] = [];
    let seenTo = from - 1;
    while (seenTo < to && machines.length < MAX_SILENT) {
      const page = await this.page(seenTo + 1, to);
      const silent = await this.of(page.machines.filter(isWanted));
      machines.push(...silent.filter(({ offlineAfterMs }) => offlineAfterMs === limitMs));
      seenTo = page.seenTo;
    }
    return { machines, seenTo };
  }

  /** Whole milliseconds: what was seen at one time is never divided. */
  private async page(from: number, to: number): Promise<{ machines: readonly WatchedMachine[]; seenTo: number }> {
    for (let limit = PAGE; ; limit *= 2) {
      const found = await this.fleet.lostBetween(from, to, limit);
      if (found.length < limit) return { machines: found, seenTo: to };
      const last = found.at(-1)?.lastSeen ?? to;
      if (found[0]?.lastSeen !== last)
        return { machines: found.filter(({ lastSeen }) => lastSeen < last), seenTo: last - 1 };
    }
  }
}
