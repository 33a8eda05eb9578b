import { Injectable } from "@nestjs/common";
import { type EntityManager, In } from "typeorm";
import { DocumentCipher } from "../../database/document-cipher.js";
import type { OpenIncident } from "../evaluation/changes.js";
import { toldIncident } from "../incidents/incident-view.js";
import { Receivers } from "../receivers/receivers.js";
import { timeOrderedId } from "../time-ordered-id.js";
import { gatherDigests } from "./gather-digests.js";
import { Notification, type NotificationKind } from "./notification.entity.js";

/** So many rows stand in one statement. */
const ROWS = 200;

/** A receiver that was told of an incident's beginning, or will be by what waits still. */
interface Told {
  readonly incident: OpenIncident;
  readonly receiver: string;
  readonly waiting: readonly Pick<Notification, "id" | "digest">[];
}

/** What receivers are to be told, written in the transaction that decides it. Methods resolve with how many notifications there are. */
@Injectable()
export class Outbox {
  constructor(
    private readonly receivers: Receivers,
    private readonly cipher: DocumentCipher,
  ) {}

  /** For all who want to know. */
  async tellOpened(manager: EntityManager, incidents: readonly OpenIncident[], now: number): Promise<number> {
    const rows = incidents.flatMap((incident) =>
      this.receivers
        .wanting(incident.row.kind, incident.row.severity)
        .map((receiver) => this.rowOf(incident, "opened", receiver, now)),
    );
    gatherDigests(rows, this.readsDigests);
    return this.insert(manager, rows);
  }

  /** For those who were told of the beginning. */
  async tellUpdated(manager: EntityManager, incidents: readonly OpenIncident[], now: number): Promise<number> {
    const told = await this.toldOf(manager, incidents);
    return this.insert(
      manager,
      told.map(({ incident, receiver }) => this.rowOf(incident, "updated", receiver, now)),
    );
  }

  /** For those who were told of the beginning, whatever is silenced since: who keeps a list must be able to strike it off. */
  async tellClosed(manager: EntityManager, incidents: readonly OpenIncident[], now: number): Promise<number> {
    const together = new Map<string, Notification[]>();
    for (const { incident, receiver, waiting } of await this.toldOf(manager, incidents)) {
      // An end waits for its beginning: only those whose beginnings go out as one become due at the same time.
      const after = waiting.map(({ id, digest }) => digest ?? id).join(" ");
      const row = this.rowOf(incident, "closed", receiver, now);
      const group = together.get(after);
      if (group) group.push(row);
      else together.set(after, [row]);
    }
    for (const rows of together.values()) gatherDigests(rows, this.readsDigests);
    return this.insert(manager, [...together.values()].flat());
  }

  private readonly readsDigests = (receiver: string) => this.receivers.find(receiver)?.readsDigests ?? false;

  private async toldOf(manager: EntityManager, incidents: readonly OpenIncident[]): Promise<Told[]> {
    const told: Told[] = [];
    for (let start = 0; start < incidents.length; start += ROWS) {
      const some = incidents.slice(start, start + ROWS);
      const earlier = await manager.find(Notification, {
        where: { incident: In(some.map(({ row }) => row.id)) },
        select: { id: true, incident: true, receiver: true, what: true, nextAttemptAt: true, digest: true },
      });
      for (const incident of some) {
        const ofIt = earlier.filter((each) => each.incident === incident.row.id);
        const waits = ofIt.filter(({ nextAttemptAt }) => nextAttemptAt !== null);
        for (const { receiver } of ofIt.filter(({ what }) => what === "opened")) {
          told.push({ incident, receiver, waiting: waits.filter((each) => each.receiver === receiver) });
        }
      }
    }
    return told;
  }

  private async insert(manager: EntityManager, rows: readonly Notification[]): Promise<number> {
    for (let start = 0; start < rows.length; start += ROWS) {
      await manager.insert(Notification, rows.slice(start, start + ROWS));
    }
    return rows.length;
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
      digest: null,
    };
  }
}
