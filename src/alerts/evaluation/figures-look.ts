import { Inject, Injectable } from "@nestjs/common";
import { ALERTS_CONFIG, type AlertsConfig, MACHINES_CONFIG, type MachinesConfig } from "../../config/config.module.js";
import { FleetWatch } from "../../fleet/watch/fleet-watch.js";
import type { WatchedMachine } from "../../fleet/watch/machine-watch.js";
import { type FigureKind, figureKinds } from "../alert-kinds.js";
import { judgeFigure } from "../rules/judge-figure.js";
import { RuleTable } from "../rules/rule-table.js";
import { figureBack, figureHigh } from "../rules/sentences.js";
import type { Changes, Known } from "./changes.js";
import { type Due, type Finding, judgeAll } from "./judge-all.js";
import { MachineTags } from "./machine-tags.js";

/** By each figure, so many are looked at besides those that something is known about ... */
const ENOUGH = 1000;
/** ... or so many, where tags excuse some of the first: they must not hide others. */
const MOST = 20_000;

/** More than all percentages. */
const NEVER = { cpu: 1000, memory: 1000, disk: 1000 };

/** Looks at the machines with high figures, and at those that had them. */
@Injectable()
export class FiguresLook {
  private readonly table: RuleTable;
  private readonly reportsWithinMs: number;

  constructor(
    @Inject(ALERTS_CONFIG) private readonly alerts: AlertsConfig,
    @Inject(MACHINES_CONFIG) machines: MachinesConfig,
    private readonly fleet: FleetWatch,
    private readonly tags: MachineTags,
  ) {
    this.table = new RuleTable(alerts, machines);
    this.reportsWithinMs = machines.offline_after * 1000;
  }

  /** What is to be opened; the rest goes into `changes`. Throws BackendUnavailableError. */
  async look(known: Known, changes: Changes): Promise<Due[]> {
    const machines = await this.machines(known);
    const tags = await this.tagsOf(machines);
    return figureKinds.flatMap((kind) =>
      judgeAll(
        kind,
        machines.map((machine) => this.finding(kind, machine, tags.get(machine.machineId), known.now)),
        known,
        changes,
      ),
    );
  }

  private async machines({ now, open, conditions }: Known): Promise<readonly WatchedMachine[]> {
    const isFigure = (kind: string) => (figureKinds as readonly string[]).includes(kind);
    const seenSince = now - this.reportsWithinMs;
    const machines = new Map<string, WatchedMachine>();
    // Each by itself: a thousand full disks must not hide a busy processor.
    for (const figure of figureKinds.filter((each) => Number.isFinite(this.table.least[each]))) {
      for (const machine of await this.high(figure, seenSince)) machines.set(machine.machineId, machine);
    }
    const missing = new Set([
      ...open.filter(({ row }) => isFigure(row.kind)).map(({ row }) => row.subject),
      ...conditions.filter(({ kind }) => isFigure(kind)).map(({ subject }) => subject),
    ]);
    for (const machineId of machines.keys()) missing.delete(machineId);
    return [...machines.values(), ...(await this.fleet.of([...missing]))];
  }

  /** The worst of those that have a figure above the least limit of any machine. */
  private async high(figure: FigureKind, seenSince: number): Promise<readonly WatchedMachine[]> {
    const limits = { ...NEVER, [figure]: this.table.least[figure] };
    const found = await this.fleet.above(limits, seenSince, ENOUGH);
    if (found.length < ENOUGH || !this.table.hasOverrides) return found;
    const tags = await this.tagsOf(found);
    const isBad = ({ machineId, [figure]: percent }: WatchedMachine) =>
      (percent ?? 0) > (this.table.limitsFor(tags.get(machineId) ?? [])[figure]?.above ?? Infinity);
    return found.every(isBad) ? found : this.fleet.above(limits, seenSince, MOST);
  }

  private async tagsOf(machines: readonly WatchedMachine[]): Promise<ReadonlyMap<string, readonly string[]>> {
    return this.table.hasOverrides ? this.tags.of(machines) : new Map<string, readonly string[]>();
  }

  private finding(
    kind: FigureKind,
    machine: WatchedMachine,
    tags: readonly string[] | undefined,
    now: number,
  ): Finding {
    const { machineId, lastSeen, [kind]: percent } = machine;
    const rule = this.table.limitsFor(tags ?? [])[kind];
    const above = rule?.above ?? null;
    const forMs = rule?.forMs ?? 0;
    return {
      subject: machineId,
      verdict: judgeFigure(percent, now - lastSeen <= this.reportsWithinMs, rule),
      forMs,
      severity: this.alerts[kind].severity,
      value: percent,
      threshold: above,
      opening: (name) => figureHigh(kind, name, percent ?? 0, above ?? 0, forMs),
      closing: (name) => figureBack(kind, name, rule === null ? null : percent),
    };
  }
}
