import { Injectable } from "@nestjs/common";
import { type EntityManager, In } from "typeorm";
import { DocumentCipher } from "../../database/document-cipher.js";
import type { OpenIncident } from "../evaluation/changes.js";
import { toldIncident } from "../incidents/incident-view.js";
import { Receivers } from "../receivers/receivers.js";
import { timeOrderedId } from "../time-ordered-id.js";
import { Notification, type NotificationKind } from "./notification.entity.js";

/** So many rows stand in one statement. */
const ROWS = 200;

/** What receivers are to be told, written in the transaction that decides it. */
@Injectable()
export class Outbox {
  constructor(
    private readonly receivers: Receivers,
    private readonly cipher: DocumentCipher,
  ) {}

  /** For all who want to know; resolves with how many notifications there are. */
  async tellOpened(manager: EntityManager, incidents: readonly OpenIncident[], now: number): Promise<number> {
    const rows = incidents.flatMap((incident) =>
      this.receivers
        .wanting(incident.row.kind, incident.row.severity)
        .map((receiver) => this.rowOf(incident, "opened", receiver, now)),
    );
    return insert(manager, rows);
  }

  /** For those who were told of the beginning, whatever is silenced since: who keeps a list must be able to strike it off. */
  async tellClosed(manager: EntityManager, incidents: readonly OpenIncident[], now: number): Promise<number> {
    const rows: Notification[] = [];
    for (let start = 0; start < incidents.length; start += ROWS) {
      const some = new Map(incidents.slice(start, start + ROWS).map((incident) => [incident.row.id, incident]));
      const opened = await manager.find(Notification, {
        where: { incident: In([...some.keys()]), what: "opened" },
        select: { id: true, incident: true, receiver: true },
      });
      for (const { incident: id, receiver } of opened) {
        const incident = some.get(id);
        if (incident) rows.push(this.rowOf(incident, "closed", receiver, now));
      }
    }
    return insert(manager, rows);
  }

  private rowOf({ row, document }: OpenIncident, what: NotificationKind, receiver: string, now: number): Notification {
    return {
      id: timeOrderedId(now),
      incident: row.id,
      receiver,
      what,
      attempts: 0,
      createdAt: now,
      nextAttemptAt: now,
      deliveredAt: null,
      failedAt: null,
      lastError: null,
      document: this.cipher.seal(JSON.stringify(toldIncident(row, document))),
    };
  }
}

async function insert(manager: EntityManager, rows: readonly Notification[]): Promise<number> {
  for (let start = 0; start < rows.length; start += ROWS) {
    await manager.insert(Notification, rows.slice(start, start + ROWS));
  }
  return rows.length;
}
