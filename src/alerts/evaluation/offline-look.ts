import { Inject, Injectable } from "@nestjs/common";
import { ALERTS_CONFIG, type AlertsConfig, MACHINES_CONFIG, type MachinesConfig } from "../../config/config.module.js";
import { FleetWatch } from "../../fleet/watch/fleet-watch.js";
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
import { type Changes, type Known, type OpenIncident, lostGroup } from "./changes.js";
import type { Due } from "./judge-all.js";
import { LostMachines } from "./lost-machines.js";
import { MassLosses } from "./mass-losses.js";
import { SilentMachines } from "./silent-machines.js";

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
    private readonly silent: SilentMachines,
    private readonly masses: MassLosses,
    private readonly lost: LostMachines,
  ) {
    this.table = new RuleTable(alerts, machines);
  }

  /** Each silence after which some machines are called offline, in milliseconds. */
  get limits(): readonly number[] {
    return this.table.offlineLimits;
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
    const left = await this.silent.of(await this.masses.review(known, changes));
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
    // In whole seconds, rounded down: it was last seen no later.
    const silentSince = row.openedAt - (row.value ?? 0) * 1000;
    if (machine.lastSeen <= silentSince) return `${name} may be silent for ${durationText(offlineAfterMs)} by now.`;
    return `${name} reports again, after ${durationText(machine.lastSeen - silentSince)}.`;
  }

  private async lookAt(limitMs: number, decidedTo: number, known: Known, changes: Changes): Promise<Found> {
    const { now } = known;
    const { windowMs } = this.masses.limits;
    const suspectTo = now - suspectAfterMs(limitMs, this.masses.limits);
    const { machines, seenTo } = await this.silent.between(
      { from: decidedTo + 1, to: suspectTo, limitMs },
      this.undecided(limitMs, known, changes),
    );
    const gathering = new Map<LossWindow, OpenIncident>();
    for (const incident of this.masses.gathering(known, changes, limitMs)) {
      const group = lostGroup(incident);
      if (group) gathering.set(group, incident);
    }
    const { single, masses, joined } = await this.judge(machines, now, limitMs, [...gathering.keys()]);
    for (const { window, to } of joined) {
      const incident = gathering.get(window);
      if (incident) await this.masses.extend(incident, { ...window, limitMs }, to, changes);
    }
    let lookedTo = seenTo;
    for (const { from, to, machines: some } of masses) {
      // There are more of them than were read.
      const isCut = seenTo < suspectTo && some.at(-1) === machines.at(-1);
      const group = { from, to: isCut ? Math.min(suspectTo, to + windowMs) : to, limitMs };
      await this.masses.open({ ...group, machines: some, isCut }, known, changes);
      if (isCut) lookedTo = Math.max(lookedTo, group.to);
    }
    return { single, decidedTo: Math.max(decidedTo, Math.min(now - limitMs, lookedTo)) };
  }

  /** In a large fleet a few are always lost: below the share they are single ones. */
  private async judge(
    machines: readonly SilentMachine[],
    now: number,
    limitMs: number,
    gathering: readonly LossWindow[],
  ): Promise<Losses> {
    const { limits } = this.masses;
    const losses = judgeLosses(machines, now, limits, gathering);
    for (const { from, to } of losses.masses) {
      if (!(await this.masses.isLargeEnough({ from, to, limitMs }))) {
        return judgeLosses(machines, now, { ...limits, atLeast: Infinity }, gathering);
      }
    }
    return losses;
  }

  /** Neither open by itself nor part of a mass loss, this look's among them. */
  private undecided(
    limitMs: number,
    { open }: Known,
    { openings }: Changes,
  ): (machine: Pick<SilentMachine, "machineId" | "lastSeen">) => boolean {
    const subjects = new Set(open.filter(({ row }) => row.kind === kind).map(({ row }) => row.subject));
    const groups = [...open.map(lostGroup), ...openings.map(({ loss }) => loss ?? null)].filter(
      (group) => group !== null,
    );
    const own = groups.filter((group) => this.lost.isOf(group.limitMs, limitMs));
    return ({ machineId, lastSeen }) =>
      !subjects.has(machineId) && !own.some(({ from, to }) => lastSeen >= from && lastSeen <= to);
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
