import { Injectable } from "@nestjs/common";
import { InjectRepository } from "@nestjs/typeorm";
import { In, IsNull, LessThanOrEqual, Not, Repository } from "typeorm";
import { askDatabase } from "../../database/ask-database.js";
import { Notification } from "./notification.entity.js";

/** The newest have to wait while so many are due. */
const MAX_AT_ONCE = 500;

/** What is to be delivered now. */
@Injectable()
export class DueNotifications {
  constructor(@InjectRepository(Notification) private readonly notifications: Repository<Notification>) {}

  /**
   * By receiver, the oldest first. Of an incident's end nobody is told before its beginning was delivered or given up.
   * Throws BackendUnavailableError.
   */
  async read(now: number): Promise<ReadonlyMap<string, readonly Notification[]>> {
    const due = await askDatabase(() =>
      this.notifications.find({
        where: { nextAttemptAt: LessThanOrEqual(now) },
        order: { nextAttemptAt: "ASC", id: "ASC" },
        take: MAX_AT_ONCE,
      }),
    );
    const early = await this.beforeTheirBeginning(due);
    const byReceiver = new Map<string, Notification[]>();
    for (const notification of due.filter(({ id }) => !early.has(id))) {
      byReceiver.set(notification.receiver, [...(byReceiver.get(notification.receiver) ?? []), notification]);
    }
    return byReceiver;
  }

  /** Ids of ends whose beginnings wait still. */
  private async beforeTheirBeginning(due: readonly Notification[]): Promise<ReadonlySet<string>> {
    const ends = due.filter(({ what }) => what === "closed");
    if (ends.length === 0) return new Set();
    const waiting = await askDatabase(() =>
      this.notifications.find({
        where: { incident: In(ends.map(({ incident }) => incident)), what: "opened", nextAttemptAt: Not(IsNull()) },
        select: { id: true, incident: true, receiver: true },
      }),
    );
    const open = new Set(waiting.map(({ incident, receiver }) => `${incident} ${receiver}`));
    return new Set(ends.filter(({ incident, receiver }) => open.has(`${incident} ${receiver}`)).map(({ id }) => id));
  }
}
