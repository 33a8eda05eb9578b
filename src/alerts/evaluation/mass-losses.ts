import { Inject, Injectable } from "@nestjs/common";
import { ALERTS_CONFIG, type AlertsConfig } from "../../config/config.module.js";
import { FleetWatch } from "../../fleet/watch/fleet-watch.js";
import type { IncidentDocument } from "../incidents/incident-document.js";
import { type MassLimits, isOver } from "../rules/judge-losses.js";
import { massLoss } from "../rules/sentences.js";
import { sharedTraits } from "../rules/shared-traits.js";
import { type Changes, type Known, type LostGroup, type OpenIncident, lostGroup } from "./changes.js";
import { type LostMachine, LostMachines } from "./lost-machines.js";

/** So many of the machines are asked what they share. */
const MAX_ASKED = 500;
/** What has grown so many times since it was told is told once more. */
const GROWTH = 2;
/** Those that are left when a mass loss is over are fewer. */
const MAX_LEFT = 1000;

const kind = "mass_offline";
const SINGLE = "machine_offline";

/** A loss to be told of; those that are named may be a part of it: `isCut`. */
interface Loss extends LostGroup {
  readonly machines: readonly Pick<LostMachine, "machineId">[];
  readonly isCut?: boolean;
}

/**
 * Incidents about many machines at once. Its machines are told by when they were last seen: whoever is back is no longer
 * among them, and nobody has to keep a list.
 */
@Injectable()
export class MassLosses {
  readonly limits: MassLimits;

  constructor(
    @Inject(ALERTS_CONFIG) private readonly alerts: AlertsConfig,
    private readonly fleet: FleetWatch,
    private readonly lost: LostMachines,
  ) {
    const { at_least, window } = alerts.mass_loss;
    this.limits = { atLeast: at_least, windowMs: window * 1000 };
  }

  /**
   * Counts those that are missing still, and closes what is over; the machines that are left then. Throws
   * BackendUnavailableError.
   */
  async review(known: Known, changes: Changes): Promise<LostMachine[]> {
    const left: LostMachine[] = [];
    for (const incident of known.open) {
      const group = lostGroup(incident);
      if (!group) continue;
      const { id, count: before, missing: missingBefore } = incident.row;
      const count = before ?? 0;
      const missing = Math.min(count, await this.lost.count(group));
      if (!this.alerts.machine_offline.enabled || isOver({ count, missing }, this.limits.atLeast)) {
        changes.closings.push({ incident, summary: `${count - missing} of ${count} machines report again.` });
        left.push(...(await this.leftOf(group, missing, known, changes)));
        continue;
      }
      if (missing !== missingBefore) changes.updates.push({ id, count, missing, lostTo: group.to });
      if (hasGrown(incident.row, known.now)) changes.growths.push({ ...incident, row: { ...incident.row, missing } });
    }
    return left;
  }

  /** The mass losses that machines of this limit may belong to, if they are lost now. */
  gathering({ open, now }: Known, { closings }: Changes, limitMs: number): OpenIncident[] {
    const isClosing = (each: OpenIncident) => closings.some(({ incident }) => incident === each);
    return open.filter((each) => {
      const group = lostGroup(each);
      return group && this.lost.isOf(group.limitMs, limitMs) && (each.row.gathersUntil ?? 0) >= now && !isClosing(each);
    });
  }

  async isLargeEnough(group: LostGroup): Promise<boolean> {
    const { share } = this.alerts.mass_loss;
    if (share === 0) return true;
    const total = await this.fleet.countLost(0, Number.MAX_SAFE_INTEGER);
    return (await this.lost.count(group)) >= (share / 100) * total;
  }

  async open(
    { machines, isCut = false, ...group }: Loss,
    { now }: Pick<Known, "now">,
    changes: Changes,
  ): Promise<void> {
    const count = await this.lost.count(group);
    changes.openings.push({
      kind,
      severity: this.alerts.mass_loss.severity,
      subject: null,
      value: count,
      threshold: this.limits.atLeast,
      document: await this.describe(count, isCut ? null : group.to - group.from, machines),
      loss: { ...group, count, gathersUntil: now + this.limits.windowMs },
    });
  }

  /**
   * Takes in what was lost until `to`, and says how many they are now. How long it gathers was said at its opening: what
   * is lost later is another loss, about which somebody is told.
   */
  async extend({ row, document }: OpenIncident, group: LostGroup, to: number, changes: Changes): Promise<void> {
    const before = changes.updates.find(({ id }) => id === row.id);
    const extended = { ...group, to: Math.max(before?.lostTo ?? group.to, to) };
    const missing = await this.lost.count(extended);
    const count = Math.max(row.count ?? 0, missing);
    const isMore = count !== row.count;
    const update = {
      id: row.id,
      count,
      missing,
      lostTo: extended.to,
      document: isMore
        ? await this.describe(count, extended.to - group.from, await this.lost.between(extended, MAX_ASKED))
        : document,
    };
    if (before) changes.updates.splice(changes.updates.indexOf(before), 1);
    changes.updates.push(update);
  }

  private async describe(count: number, spanMs: number | null, machines: Loss["machines"]): Promise<IncidentDocument> {
    const ids = machines.slice(0, MAX_ASKED).map(({ machineId }) => machineId);
    const facts = [...(await this.fleet.facts(ids)).values()];
    const shared = sharedTraits(facts);
    return {
      name: `${count} machines`,
      summary: massLoss(count, spanMs, facts.length, shared),
      tags: shared.filter(({ trait }) => trait === "tag").map(({ value }) => value),
      shared,
    };
  }

  /** As many as make a mass loss are one again; fewer are incidents of their own. */
  private async leftOf(group: LostGroup, missing: number, known: Known, changes: Changes): Promise<LostMachine[]> {
    if (missing === 0 || !this.alerts.machine_offline.enabled) return [];
    const lost = await this.lost.between(group, MAX_LEFT);
    if (missing < this.limits.atLeast) {
      const taken = new Set(known.open.filter(({ row }) => row.kind === SINGLE).map(({ row }) => row.subject));
      return lost.filter(({ machineId }) => !taken.has(machineId));
    }
    await this.open({ ...group, machines: lost }, known, changes);
    return [];
  }
}

/** Once nothing joins it any more: how many there are in the end is told, if it is another matter than at first. */
function hasGrown({ value, count, gathersUntil }: OpenIncident["row"], now: number): boolean {
  return value !== null && count !== null && (gathersUntil ?? 0) < now && count >= GROWTH * value;
}
