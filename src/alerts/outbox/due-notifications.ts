import { Injectable } from "@nestjs/common";
import { InjectRepository } from "@nestjs/typeorm";
import { Repository, type SelectQueryBuilder } from "typeorm";
import { askDatabase } from "../../database/ask-database.js";
import { Notification } from "./notification.entity.js";

/** Of one receiver; the newest have to wait while so many are due. */
const MAX_AT_ONCE = 200;

/** What is to be delivered now. */
@Injectable()
export class DueNotifications {
  constructor(@InjectRepository(Notification) private readonly notifications: Repository<Notification>) {}

  /**
   * By receiver, the oldest first: however much waits for one, the others have theirs. Of an incident's end nobody is told
   * before its beginning was delivered or given up. Throws BackendUnavailableError.
   */
  async read(now: number): Promise<ReadonlyMap<string, readonly Notification[]>> {
    const names = await askDatabase(() =>
      this.due(now).select("notification.receiver", "receiver").distinct().getRawMany<{ receiver: string }>(),
    );
    const queues = new Map<string, readonly Notification[]>();
    for (const { receiver } of names) queues.set(receiver, await this.queueOf(receiver, now));
    return queues;
  }

  private queueOf(receiver: string, now: number): Promise<Notification[]> {
    return askDatabase(() =>
      this.due(now)
        .andWhere("notification.receiver = :receiver", { receiver })
        .orderBy("notification.nextAttemptAt")
        .addOrderBy("notification.id")
        .limit(MAX_AT_ONCE)
        .getMany(),
    );
  }

  /** Ends whose beginnings wait still are left out here, before any limit: nothing may stand behind them. */
  private due(now: number): SelectQueryBuilder<Notification> {
    const due = this.notifications.createQueryBuilder("notification");
    const waiting = due
      .subQuery()
      .select("1")
      .from(Notification, "beginning")
      .where("beginning.incident = notification.incident")
      .andWhere("beginning.receiver = notification.receiver")
      .andWhere("beginning.what = 'opened'")
      .andWhere("beginning.nextAttemptAt IS NOT NULL");
    return due
      .where("notification.nextAttemptAt <= :now", { now })
      .andWhere(`(notification.what <> 'closed' OR NOT EXISTS ${waiting.getQuery()})`);
  }
}
