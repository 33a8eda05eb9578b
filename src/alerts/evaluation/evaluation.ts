import { Inject, Injectable } from "@nestjs/common";
import type { EntityManager } from "typeorm";
import { ALERTS_CONFIG, type AlertsConfig } from "../../config/config.module.js";
import { DatabaseClock } from "../../database/database-clock.js";
import type { Lease } from "../../database/leases/lease.js";
import { EventLog } from "../../events/event-log.js";
import type { NewEvent } from "../../events/new-event.js";
import { FleetWatch } from "../../fleet/watch/fleet-watch.js";
import { IncidentStore } from "../incidents/incident-store.js";
import { Incident } from "../incidents/incident.entity.js";
import { Outbox } from "../outbox/outbox.js";
import { type IncidentKind, figureKinds } from "../alert-kinds.js";
import { type Resumed, judgeGap } from "../rules/judge-gap.js";
import { type SilenceMatcher, isSilenced } from "../silences/silence-match.js";
import { SilencesService } from "../silences/silences.service.js";
import { AlertProgress, writeProgress } from "./alert-progress.js";
import { type Changes, type Known, type OpenIncident, noChanges } from "./changes.js";
import { FiguresLook } from "./figures-look.js";
import type { Due } from "./judge-all.js";
import { NodesLook } from "./nodes-look.js";
import { OfflineLook } from "./offline-look.js";

/** What agents need at most to report again after a short break, without which every takeover would be an absence. */
const SHORT_BREAK_MS = 30_000;

/** What is about one machine. */
const machineKinds: ReadonlySet<IncidentKind> = new Set(["machine_offline", ...figureKinds]);

/** Opens and closes incidents: one look at the fleet and the nodes, decided and written as a whole. */
@Injectable()
export class Evaluation {
  private readonly gapLimits;

  constructor(
    @Inject(ALERTS_CONFIG) alerts: AlertsConfig,
    private readonly clock: DatabaseClock,
    private readonly progress: AlertProgress,
    private readonly incidents: IncidentStore,
    private readonly silences: SilencesService,
    private readonly outbox: Outbox,
    private readonly fleet: FleetWatch,
    private readonly offline: OfflineLook,
    private readonly figures: FiguresLook,
    private readonly nodes: NodesLook,
    private readonly events: EventLog,
  ) {
    this.gapLimits = {
      awayAfterMs: Math.max(SHORT_BREAK_MS, 3 * alerts.interval * 1000),
      graceMs: alerts.grace * 1000,
    };
  }

  /**
   * Resolves with how many notifications are to be delivered. Whoever holds the lease is the only one that writes
   * incidents, so that what was read before the transaction is still true in it. Throws LeaseLostError and
   * BackendUnavailableError.
   */
  async run(lease: Pick<Lease, "write">): Promise<number> {
    const now = this.clock.nowMs();
    const [before, stored, matchers] = await Promise.all([
      this.progress.read(),
      this.incidents.read(now),
      this.silences.matchers(),
    ]);
    const resumed = judgeGap(before, now, this.gapLimits, this.offline.limits);
    const changes = noChanges();
    const known = withoutLostTime(stored, resumed, changes);
    const { due, decided } = await this.offline.look(known, resumed, changes);
    const others = [...(await this.figures.look(known, changes)), ...this.nodes.look(known, changes)];
    await this.name([...due, ...others], changes);
    const progress = { evaluatedAt: now, graceUntil: resumed.graceUntil, decided };
    const { told, notifications } = await lease.write(async (manager) => {
      await writeProgress(manager, progress);
      return this.write(manager, known, changes, matchers);
    });
    told();
    return notifications;
  }

  /** Gives what is to be opened the names of its machines. */
  private async name(due: readonly Due[], changes: Changes): Promise<void> {
    const isOfMachine = ({ kind }: Due) => machineKinds.has(kind);
    const facts = await this.fleet.facts([...new Set(due.filter(isOfMachine).map(({ subject }) => subject))]);
    for (const each of due) {
      const { kind, subject, severity, value, threshold, opening } = each;
      // A machine may be called like a node.
      const { name = subject, tags = [] } = (isOfMachine(each) ? facts.get(subject) : undefined) ?? {};
      const document = { name, summary: opening(name), tags, shared: [] };
      changes.openings.push({ kind, subject, severity, value, threshold, document });
    }
  }

  private async write(
    manager: EntityManager,
    { now, open }: Known,
    changes: Changes,
    matchers: readonly SilenceMatcher[],
  ): Promise<{ told: () => void; notifications: number }> {
    await this.incidents.writeConditions(manager, changes);
    const opened = await this.incidents.open(manager, changes.openings, now, ({ kind, document }, subject) =>
      isSilenced(matchers, { kind, subject, tags: document.tags }),
    );
    const closed = await this.incidents.close(manager, changes.closings, now);
    const closedIds = new Set(closed.map(({ row }) => row.id));
    const stillOpen = open.filter(({ row }) => !closedIds.has(row.id));
    const toTell = [
      ...opened.filter(({ row }) => row.told),
      ...(await this.reviewSilences(manager, stillOpen, matchers)),
    ];
    const notifications =
      (await this.outbox.tellOpened(manager, toTell, now)) +
      (await this.outbox.tellUpdated(manager, await this.noteGrowths(manager, changes, matchers), now)) +
      (await this.outbox.tellClosed(manager, closed, now));
    const told = await this.events.recordWithin(manager, [
      ...closed.map((incident) => eventOf("incident.closed", incident)),
      ...opened.map((incident) => eventOf("incident.opened", incident)),
    ]);
    return { told, notifications };
  }

  /** Resolves with those that were told and are told again; silenced ones as soon as their silence ends. */
  private async noteGrowths(
    manager: EntityManager,
    { growths }: Changes,
    matchers: readonly SilenceMatcher[],
  ): Promise<OpenIncident[]> {
    const grown = growths.filter(
      ({ row, document }) => row.told && !isSilenced(matchers, { ...row, tags: document.tags }),
    );
    for (const { row } of grown) await manager.update(Incident, { id: row.id }, { value: row.count });
    return grown.map(({ row, document }) => ({ row: { ...row, value: row.count }, document }));
  }

  /** Resolves with those whose silence has ended before anybody was told of them. */
  private async reviewSilences(
    manager: EntityManager,
    open: readonly OpenIncident[],
    matchers: readonly SilenceMatcher[],
  ): Promise<OpenIncident[]> {
    const toTell: OpenIncident[] = [];
    for (const { row, document } of open) {
      const silenced = isSilenced(matchers, { ...row, tags: document.tags });
      const told = row.told || !silenced;
      if (silenced === row.silenced && told === row.told) continue;
      // Of a mass loss, how many there are when it is told.
      const value = told && !row.told && row.count !== null ? row.count : row.value;
      await manager.update(Incident, { id: row.id }, { silenced, told, value });
      if (told && !row.told) toTell.push({ row: { ...row, silenced, told, value }, document });
    }
    return toTell;
  }
}

/** What was waited for before an absence begins anew: nobody knows what was between. */
function withoutLostTime(stored: Known, { wasAway }: Resumed, changes: Changes): Known {
  if (!wasAway) return stored;
  changes.forgets.push(...stored.conditions.map(({ kind, subject }) => ({ kind, subject })));
  return { ...stored, conditions: [] };
}

function eventOf(kind: "incident.opened" | "incident.closed", { row, document }: OpenIncident): NewEvent {
  return {
    kind,
    subject: row.subject,
    details: { incident: row.id, kind: row.kind, severity: row.severity, summary: document.summary },
  };
}
