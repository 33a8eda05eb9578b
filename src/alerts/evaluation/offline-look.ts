import { Inject, Injectable } from "@nestjs/common";
import { ALERTS_CONFIG, type AlertsConfig, MACHINES_CONFIG, type MachinesConfig } from "../../config/config.module.js";
import { FleetWatch, type MachineFacts } from "../../fleet/watch/fleet-watch.js";
import type { WatchedMachine } from "../../fleet/watch/machine-watch.js";
import {
  type Losses,
  type LossWindow,
  type SilentMachine,
  judgeLosses,
  suspectAfterMs,
} from "../rules/judge-losses.js";
import type { Resumed } from "../rules/judge-gap.js";
import { RuleTable } from "../rules/rule-table.js";
import { durationText, machineOffline } from "../rules/sentences.js";
import type { Changes, Known, OpenIncident } from "./changes.js";
import type { Due } from "./judge-all.js";
import { MassLosses } from "./mass-losses.js";

/** So many silent machines are looked at one by one; more than that are a mass loss, which is counted, or come next. */
const MAX_SILENT = 2000;

const kind = "machine_offline";

/** What was found of the machines of one limit; `decidedTo`: of what was last seen before, all is decided. */
interface Found {
  readonly single: readonly SilentMachine[];
  readonly decidedTo: number;
}

/** Looks for machines that have stopped reporting, and for those that are back. */
@Injectable()
export class OfflineLook {
  private readonly table: RuleTable;

  constructor(
    @Inject(ALERTS_CONFIG) private readonly alerts: AlertsConfig,
    @Inject(MACHINES_CONFIG) machines: MachinesConfig,
    private readonly fleet: FleetWatch,
    private readonly masses: MassLosses,
  ) {
    this.table = new RuleTable(alerts, machines);
  }

  /**
   * Single incidents to be opened, and how far all is decided by now; the rest goes into `changes`. Machines are looked at
   * when their silence passes a limit, once for each limit that there is, and then judged by their own: nothing has to be
   * remembered of those whose limit is longer. Throws BackendUnavailableError.
   */
  async look(
    known: Known,
    { graceUntil, decidedTo }: Pick<Resumed, "graceUntil" | "decidedTo">,
    changes: Changes,
  ): Promise<{ due: Due[]; decided: ReadonlyMap<number, number> }> {
    const { now } = known;
    await this.closeThoseBack(known, changes);
    const left = await this.silent(await this.masses.review(known, changes));
    const single = left.filter(
      ({ lastSeen, offlineAfterMs }) => offlineAfterMs !== null && now - lastSeen >= offlineAfterMs,
    );
    const decided = new Map<number, number>();
    for (const limitMs of this.table.offlineLimits) {
      const from = decidedTo(limitMs);
      const found: Found =
        now < graceUntil ? { single: [], decidedTo: from } : await this.lookAt(limitMs, from, known, changes);
      single.push(...found.single);
      decided.set(limitMs, found.decidedTo);
    }
    return { due: single.map((machine) => this.due(machine, now)), decided };
  }

  private async closeThoseBack({ now, open }: Known, changes: Changes): Promise<void> {
    const offline = open.filter(({ row }) => row.kind === kind);
    const machines = new Map(
      (await this.fleet.of(offline.map(({ row }) => row.subject))).map((machine) => [machine.machineId, machine]),
    );
    for (const incident of offline) {
      const summary = this.endOf(incident, machines.get(incident.row.subject), now);
      if (summary !== undefined) changes.closings.push({ incident, summary });
    }
  }

  private endOf({ row, document }: OpenIncident, machine: WatchedMachine | undefined, now: number): string | undefined {
    const { name, tags } = document;
    if (!machine) return `${name} was removed.`;
    const { offlineAfterMs } = this.table.limitsFor(tags);
    if (offlineAfterMs === null) return `${name} is no longer watched.`;
    if (now - machine.lastSeen >= offlineAfterMs) return undefined;
    const silentSince = row.openedAt - (row.value ?? 0) * 1000;
    return `${name} reports again, after ${durationText(machine.lastSeen - silentSince)}.`;
  }

  private async lookAt(limitMs: number, decidedTo: number, known: Known, changes: Changes): Promise<Found> {
    const { now } = known;
    const suspectTo = now - suspectAfterMs(limitMs, this.masses.limits);
    const { found, isCut } = await this.longestSilent(decidedTo + 1, suspectTo);
    const undecided = await this.silent(found.filter(this.undecided(known, changes)));
    const machines = undecided.filter(({ offlineAfterMs }) => offlineAfterMs === limitMs);
    const gathering = this.masses.gathering(known, changes);
    const losses = judgeLosses(machines, now, this.masses.limits, gathering ? windowOf(gathering) : null);
    const { single, mass, joinedTo } = await this.withoutSmallMass(losses, machines, now, gathering);
    if (gathering && joinedTo !== null) await this.masses.extend(gathering, joinedTo, changes);
    if (mass) await this.masses.open(isCut ? { ...mass, to: suspectTo, isCut } : mass, known, changes);
    const lostTo = now - limitMs;
    const seenTo = isCut && !mass ? (found.at(-1)?.lastSeen ?? lostTo) - 1 : lostTo;
    return { single, decidedTo: Math.max(decidedTo, Math.min(lostTo, seenTo)) };
  }

  /** As many as are looked at, but all of those last seen at one time where that is more: the next look begins after them. */
  private async longestSilent(from: number, to: number): Promise<{ found: readonly WatchedMachine[]; isCut: boolean }> {
    for (let limit = MAX_SILENT; ; limit *= 2) {
      const found = await this.fleet.lostBetween(from, to, limit);
      const isCut = found.length === limit;
      if (!isCut || found[0]?.lastSeen !== found.at(-1)?.lastSeen) return { found, isCut };
    }
  }

  /** In a large fleet a few are always lost: below the share they are single ones. */
  private async withoutSmallMass(
    losses: Losses,
    machines: readonly SilentMachine[],
    now: number,
    gathering: OpenIncident | undefined,
  ): Promise<Losses> {
    if (!losses.mass || (await this.masses.isLargeEnough(losses.mass))) return losses;
    const none = { ...this.masses.limits, atLeast: Infinity };
    return judgeLosses(machines, now, none, gathering ? windowOf(gathering) : null);
  }

  /** Neither open by itself nor part of a mass loss, this look's among them. */
  private undecided({ open }: Known, { openings }: Changes): (machine: WatchedMachine) => boolean {
    const subjects = new Set(open.filter(({ row }) => row.kind === kind).map(({ row }) => row.subject));
    const windows = [
      ...open.flatMap((incident) => windowOf(incident) ?? []),
      ...openings.flatMap(({ loss }) => loss ?? []),
    ];
    return ({ machineId, lastSeen }) =>
      !subjects.has(machineId) && !windows.some(({ from, to }) => lastSeen >= from && lastSeen <= to);
  }

  private async silent(machines: readonly WatchedMachine[]): Promise<SilentMachine[]> {
    const facts: ReadonlyMap<string, MachineFacts> = this.table.hasOverrides
      ? await this.fleet.facts(machines.map(({ machineId }) => machineId))
      : new Map<string, MachineFacts>();
    return machines.map(({ machineId, lastSeen }) => ({
      machineId,
      lastSeen,
      offlineAfterMs: this.table.limitsFor(facts.get(machineId)?.tags ?? []).offlineAfterMs,
    }));
  }

  private due({ machineId, lastSeen, offlineAfterMs }: SilentMachine, now: number): Due {
    const silentMs = now - lastSeen;
    return {
      kind,
      subject: machineId,
      verdict: "bad",
      forMs: 0,
      severity: this.alerts.machine_offline.severity,
      value: Math.floor(silentMs / 1000),
      threshold: (offlineAfterMs ?? 0) / 1000,
      opening: (name) => machineOffline(name, silentMs),
      closing: (name) => `${name} reports again.`,
    };
  }
}

function windowOf({ row: { lostFrom, lostTo } }: OpenIncident): LossWindow | null {
  return lostFrom === null || lostTo === null ? null : { from: lostFrom, to: lostTo };
}
