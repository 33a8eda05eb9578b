import { Inject, Injectable } from "@nestjs/common";
import { ALERTS_CONFIG, type AlertsConfig, MACHINES_CONFIG, type MachinesConfig } from "../../config/config.module.js";
import { FleetWatch, type MachineFacts } from "../../fleet/watch/fleet-watch.js";
import type { WatchedMachine } from "../../fleet/watch/machine-watch.js";
import { type Losses, type LossWindow, SUSPECT, type SilentMachine, judgeLosses } from "../rules/judge-losses.js";
import { RuleTable } from "../rules/rule-table.js";
import { durationText, machineOffline } from "../rules/sentences.js";
import type { Changes, Known, OpenIncident } from "./changes.js";
import type { Due } from "./judge-all.js";
import { MassLosses } from "./mass-losses.js";

/** So many silent machines are looked at one by one; more than that are a mass loss, which is counted. */
const MAX_SILENT = 2000;
/** More are not waited for but judged anew at each look, among so many more silent ones. */
const MAX_WAITS = 1000;
const MAX_SILENT_WHEN_FULL = 10_000;

const kind = "machine_offline";

/** What is known of losses beside what is open. */
export interface LossProgress {
  readonly graceUntil: number;
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

  /** Single incidents to be opened and how far all is decided; the rest goes into `changes`. Throws BackendUnavailableError. */
  async look(known: Known, progress: LossProgress, changes: Changes): Promise<{ due: Due[]; decidedTo: number }> {
    const { now } = known;
    await this.closeThoseBack(known, changes);
    const left = await this.takeOver(await this.masses.review(known, changes), now, changes);
    const inGrace = now < progress.graceUntil;
    const waited = await this.takeUpWaits(known, changes, inGrace);
    const due = [...left, ...waited].map((machine) => this.due(machine, now));
    // What is lost while the rule is off is nobody's news when it is on again.
    if (!Number.isFinite(this.table.least.offlineAfterMs)) return { due, decidedTo: now };
    if (inGrace) return { due, decidedTo: progress.decidedTo };
    const found = await this.lookForLost(known, progress, changes);
    return { due: [...due, ...found.single.map((machine) => this.due(machine, now))], decidedTo: found.decidedTo };
  }

  /** Of those that a mass loss leaves, each is lost by its own limit, or waited for. */
  private async takeOver(left: readonly WatchedMachine[], now: number, changes: Changes): Promise<SilentMachine[]> {
    const watched = (await this.silent(left)).filter(({ offlineAfterMs }) => offlineAfterMs !== null);
    const isLost = ({ lastSeen, offlineAfterMs }: SilentMachine) => now - lastSeen >= (offlineAfterMs ?? 0);
    for (const { machineId, lastSeen } of watched.filter((machine) => !isLost(machine))) {
      changes.waits.push({ kind, subject: machineId, since: lastSeen });
    }
    return watched.filter(isLost);
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

  /** Machines whose own limit is longer than the common one. */
  private async takeUpWaits({ now, conditions }: Known, changes: Changes, inGrace: boolean): Promise<SilentMachine[]> {
    const waits = conditions.filter((condition) => condition.kind === kind);
    if (waits.length === 0) return [];
    const found = await this.silent(await this.fleet.of(waits.map(({ subject }) => subject)));
    const machines = new Map(found.map((machine) => [machine.machineId, machine]));
    const due: SilentMachine[] = [];
    for (const { subject, since } of waits) {
      const machine = machines.get(subject);
      const isBack = !machine || machine.lastSeen > since || machine.offlineAfterMs === null;
      const isDue = !isBack && now - machine.lastSeen >= machine.offlineAfterMs;
      if (isDue && inGrace) continue;
      if (isBack || isDue) changes.forgets.push({ kind, subject });
      if (isDue) due.push(machine);
    }
    return due;
  }

  private async lookForLost(
    known: Known,
    { decidedTo }: LossProgress,
    changes: Changes,
  ): Promise<{ single: readonly SilentMachine[]; decidedTo: number }> {
    const { now } = known;
    const { offlineAfterMs } = this.table.least;
    const suspectTo = now - offlineAfterMs * SUSPECT;
    const room = Math.max(0, MAX_WAITS - known.conditions.filter((condition) => condition.kind === kind).length);
    const limit = room > 0 ? MAX_SILENT : MAX_SILENT_WHEN_FULL;
    const found = await this.fleet.lostBetween(decidedTo + 1, suspectTo, limit);
    const isUndecided = this.undecided(known);
    const machines = await this.silent(found.filter(isUndecided));
    const gathering = this.masses.gathering(known, changes);
    const losses = judgeLosses(machines, now, this.masses.limits, gathering ? windowOf(gathering) : null);
    const accepted = await this.withoutSmallMass(losses, machines, now, gathering);
    if (gathering && accepted.joinedTo !== null) await this.masses.extend(gathering, accepted.joinedTo, changes);
    if (accepted.mass) {
      const isCut = found.length === limit;
      await this.masses.open(isCut ? { ...accepted.mass, to: suspectTo, isCut } : accepted.mass, known, changes);
    }
    const lostTo = now - offlineAfterMs;
    const wait = accepted.wait.filter(({ lastSeen }) => lastSeen <= lostTo);
    for (const { machineId, lastSeen } of wait.slice(0, room)) {
      changes.waits.push({ kind, subject: machineId, since: lastSeen });
    }
    const last = found.at(-1);
    const seenAll = found.length < limit || accepted.mass !== null || !last;
    // Whoever finds no room to wait is looked at again.
    const ends = [
      lostTo,
      ...(seenAll ? [] : [last.lastSeen - 1]),
      ...wait.slice(room, room + 1).map(({ lastSeen }) => lastSeen - 1),
    ];
    return { single: accepted.single, decidedTo: Math.max(decidedTo, Math.min(...ends)) };
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

  /** Neither open by itself, nor waited for, nor part of a mass loss. */
  private undecided({ open, conditions }: Known): (machine: WatchedMachine) => boolean {
    const subjects = new Set([
      ...open.filter(({ row }) => row.kind === kind).map(({ row }) => row.subject),
      ...conditions.filter((condition) => condition.kind === kind).map(({ subject }) => subject),
    ]);
    const windows = open.flatMap((incident) => windowOf(incident) ?? []);
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
