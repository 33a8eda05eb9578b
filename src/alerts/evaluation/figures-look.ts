import { Inject, Injectable } from "@nestjs/common";
import { ALERTS_CONFIG, type AlertsConfig, MACHINES_CONFIG, type MachinesConfig } from "../../config/config.module.js";
import { type MachineFacts, FleetWatch } from "../../fleet/watch/fleet-watch.js";
import type { WatchedMachine } from "../../fleet/watch/machine-watch.js";
import { type FigureKind, figureKinds } from "../alert-kinds.js";
import { judgeFigure } from "../rules/judge-figure.js";
import { type FigureRule, RuleTable } from "../rules/rule-table.js";
import { figureBack, figureHigh } from "../rules/sentences.js";
import type { Changes, Known } from "./changes.js";
import { type Due, type Finding, judgeAll } from "./judge-all.js";

/** By each figure the worst so many are looked at that are bad by their own rule, besides those that something is known about ... */
const ENOUGH = 1000;
/** ... and in search of them no more than so many: tags may excuse thousands whose figures are worse. */
const MOST = 16_000;

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
  ) {
    this.table = new RuleTable(alerts, machines);
    this.reportsWithinMs = machines.offline_after * 1000;
  }

  /** What is to be opened; the rest goes into `changes`. Throws BackendUnavailableError. */
  async look(known: Known, changes: Changes): Promise<Due[]> {
    const facts = new Map<string, MachineFacts>();
    const machines = await this.machines(known, facts);
    return figureKinds.flatMap((kind) =>
      judgeAll(
        kind,
        machines.map((machine) => this.finding(kind, machine, facts.get(machine.machineId), known.now)),
        known,
        changes,
      ),
    );
  }

  private async machines(
    { now, open, conditions }: Known,
    facts: Map<string, MachineFacts>,
  ): Promise<readonly WatchedMachine[]> {
    const isFigure = (kind: string) => (figureKinds as readonly string[]).includes(kind);
    const seenSince = now - this.reportsWithinMs;
    const machines = new Map<string, WatchedMachine>();
    // Each by itself: a thousand full disks must not hide a busy processor.
    for (const figure of figureKinds.filter((each) => Number.isFinite(this.table.least[each]))) {
      for (const machine of await this.worst(figure, seenSince, facts)) machines.set(machine.machineId, machine);
    }
    const missing = new Set([
      ...open.filter(({ row }) => isFigure(row.kind)).map(({ row }) => row.subject),
      ...conditions.filter(({ kind }) => isFigure(kind)).map(({ subject }) => subject),
    ]);
    for (const machineId of machines.keys()) missing.delete(machineId);
    const known = await this.fleet.of([...missing]);
    await this.learn(known, facts);
    return [...machines.values(), ...known];
  }

  private async worst(
    figure: FigureKind,
    seenSince: number,
    facts: Map<string, MachineFacts>,
  ): Promise<readonly WatchedMachine[]> {
    const limits = { ...NEVER, [figure]: this.table.least[figure] };
    for (let limit = ENOUGH; ; limit *= 4) {
      const found = await this.fleet.above(limits, seenSince, limit);
      await this.learn(found, facts);
      const isBad = ({ machineId, [figure]: percent }: WatchedMachine) =>
        (percent ?? 0) > (this.ruleOf(figure, facts.get(machineId))?.above ?? Infinity);
      if (found.length < limit || limit >= MOST || found.filter(isBad).length >= ENOUGH) return found;
    }
  }

  /** A machine's limits can only differ by its tags, which lie in its documents. */
  private async learn(machines: readonly WatchedMachine[], facts: Map<string, MachineFacts>): Promise<void> {
    if (!this.table.hasOverrides) return;
    const unknown = machines.filter(({ machineId }) => !facts.has(machineId)).map(({ machineId }) => machineId);
    for (const [machineId, fact] of await this.fleet.facts(unknown)) facts.set(machineId, fact);
  }

  private ruleOf(kind: FigureKind, facts: MachineFacts | undefined): FigureRule | null {
    return facts ? this.table.limitsFor(facts.tags)[kind] : this.table.common[kind];
  }

  private finding(kind: FigureKind, machine: WatchedMachine, facts: MachineFacts | undefined, now: number): Finding {
    const { machineId, lastSeen, [kind]: percent } = machine;
    const rule = this.ruleOf(kind, facts);
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
