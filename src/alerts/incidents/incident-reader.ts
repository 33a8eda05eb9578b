import { Injectable } from "@nestjs/common";
import { InjectRepository } from "@nestjs/typeorm";
import { In, IsNull, type FindOptionsWhere, LessThan, Not, Repository } from "typeorm";
import { FleetError } from "../../common/fleet-error.js";
import { askDatabase } from "../../database/ask-database.js";
import { DocumentCipher } from "../../database/document-cipher.js";
import { lostGroup } from "../evaluation/changes.js";
import { LostMachines } from "../evaluation/lost-machines.js";
import { Notification } from "../outbox/notification.entity.js";
import { notificationView } from "../outbox/notification-view.js";
import type { IncidentDetailView, IncidentView } from "./incident-answer.js";
import { openIncidentDocument } from "./incident-document.js";
import type { IncidentQuery } from "./incident-query.js";
import { Incident } from "./incident.entity.js";
import { toldIncident } from "./incident-view.js";

const MAX_MISSING_SHOWN = 100;

type Deliveries = IncidentView["deliveries"];

/** Incidents as people read them. Methods throw BackendUnavailableError. */
@Injectable()
export class IncidentReader {
  constructor(
    @InjectRepository(Incident) private readonly incidents: Repository<Incident>,
    @InjectRepository(Notification) private readonly notifications: Repository<Notification>,
    private readonly cipher: DocumentCipher,
    private readonly lost: LostMachines,
  ) {}

  /** One page, newest first. */
  async page({ limit, cursor, state, kind, subject }: IncidentQuery) {
    const where: FindOptionsWhere<Incident> = {
      ...(cursor === undefined ? {} : { id: LessThan(cursor) }),
      ...(state === undefined ? {} : { closedAt: state === "open" ? IsNull() : Not(IsNull()) }),
      ...(kind === undefined ? {} : { kind }),
      ...(subject === undefined ? {} : { subject }),
    };
    // One more than asked for tells whether there is another page.
    const found = await askDatabase(() => this.incidents.find({ where, order: { id: "DESC" }, take: limit + 1 }));
    const shown = found.slice(0, limit);
    const [deliveries, open_count] = await Promise.all([
      this.deliveriesOf(shown.map(({ id }) => id)),
      askDatabase(() => this.incidents.countBy({ closedAt: IsNull() })),
    ]);
    return {
      incidents: shown.map((incident) => this.view(incident, deliveries)),
      next_cursor: found.length > limit ? (shown.at(-1)?.id ?? null) : null,
      open_count,
    };
  }

  /** Throws FleetError 404. */
  async find(id: string): Promise<IncidentDetailView> {
    const incident = await askDatabase(() => this.incidents.findOneBy({ id }));
    if (!incident) {
      throw new FleetError(404, "UNKNOWN_INCIDENT", "There is no such incident; it may be too old to be kept.");
    }
    const notifications = await askDatabase(() =>
      this.notifications.find({ where: { incident: id }, order: { id: "ASC" } }),
    );
    return {
      ...this.view(incident, countDeliveries(notifications)),
      notifications: notifications.map((notification) => notificationView(this.cipher, notification)),
      missing_machines: await this.missingOf(incident),
    };
  }

  private async missingOf(row: Incident): Promise<string[]> {
    const group = lostGroup({ row });
    if (row.closedAt !== null || !group) return [];
    const lost = await this.lost.between(group, MAX_MISSING_SHOWN);
    return lost.map(({ machineId }) => machineId);
  }

  private async deliveriesOf(ids: readonly string[]): Promise<Map<string, Deliveries>> {
    if (ids.length === 0) return new Map();
    const rows = await askDatabase(() =>
      this.notifications.find({
        where: { incident: In([...ids]) },
        select: { id: true, incident: true, deliveredAt: true, failedAt: true },
      }),
    );
    return countDeliveries(rows);
  }

  private view(incident: Incident, deliveries: ReadonlyMap<string, Deliveries>): IncidentView {
    const told = toldIncident(incident, openIncidentDocument(this.cipher, incident.document));
    return { ...told, deliveries: deliveries.get(incident.id) ?? { pending: 0, delivered: 0, failed: 0 } };
  }
}

function countDeliveries(
  notifications: readonly Pick<Notification, "incident" | "deliveredAt" | "failedAt">[],
): Map<string, Deliveries> {
  const counts = new Map<string, Deliveries>();
  for (const { incident, deliveredAt, failedAt } of notifications) {
    const count = counts.get(incident) ?? { pending: 0, delivered: 0, failed: 0 };
    const state = deliveredAt !== null ? "delivered" : failedAt !== null ? "failed" : "pending";
    counts.set(incident, { ...count, [state]: count[state] + 1 });
  }
  return counts;
}
