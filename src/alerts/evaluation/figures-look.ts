import { Inject, Injectable } from "@nestjs/common";
import { ALERTS_CONFIG, type AlertsConfig, MACHINES_CONFIG, type MachinesConfig } from "../../config/config.module.js";
import { type MachineFacts, FleetWatch } from "../../fleet/watch/fleet-watch.js";
import type { WatchedMachine } from "../../fleet/watch/machine-watch.js";
import { type FigureKind, figureKinds } from "../alert-kinds.js";
import { judgeFigure } from "../rules/judge-figure.js";
import { RuleTable } from "../rules/rule-table.js";
import { figureBack, figureHigh } from "../rules/sentences.js";
import type { Changes, Known } from "./changes.js";
import { type Due, type Finding, judgeAll } from "./judge-all.js";

/** The worst so many are looked at, besides those that something is known about. */
const MAX_CANDIDATES = 1000;

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
    const machines = await this.machines(known);
    // A machine's limits can only differ by its tags, which lie in its documents.
    const facts = this.table.hasOverrides
      ? await this.fleet.facts(machines.map(({ machineId }) => machineId))
      : undefined;
    return figureKinds.flatMap((kind) =>
      judgeAll(
        kind,
        machines.map((machine) => this.finding(kind, machine, facts?.get(machine.machineId), known.now)),
        known,
        changes,
      ),
    );
  }

  private async machines({ now, open, conditions }: Known): Promise<readonly WatchedMachine[]> {
    const isFigure = (kind: string) => (figureKinds as readonly string[]).includes(kind);
    const { least } = this.table;
    // More than all percentages where a rule is off.
    const limits = {
      cpu: Math.min(least.cpu, 1000),
      memory: Math.min(least.memory, 1000),
      disk: Math.min(least.disk, 1000),
    };
    const candidates = await this.fleet.above(limits, now - this.reportsWithinMs, MAX_CANDIDATES);
    const missing = new Set([
      ...open.filter(({ row }) => isFigure(row.kind)).map(({ row }) => row.subject),
      ...conditions.filter(({ kind }) => isFigure(kind)).map(({ subject }) => subject),
    ]);
    for (const { machineId } of candidates) missing.delete(machineId);
    return [...candidates, ...(await this.fleet.of([...missing]))];
  }

  private finding(kind: FigureKind, machine: WatchedMachine, facts: MachineFacts | undefined, now: number): Finding {
    const { machineId, lastSeen, [kind]: percent } = machine;
    const rule = facts ? this.table.limitsFor(facts.tags)[kind] : this.table.common[kind];
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
