import { Injectable } from "@nestjs/common";
import { InjectRepository } from "@nestjs/typeorm";
import { In, IsNull, Not, Repository, type SelectQueryBuilder } from "typeorm";
import { askDatabase } from "../../database/ask-database.js";
import { Notification } from "./notification.entity.js";

/** Of one receiver; the newest have to wait while so many are due. */
const MAX_AT_ONCE = 200;

/** What goes out as one message: one notification, or all of a digest. */
export type Letter = readonly [Notification, ...Notification[]];

/** What is to be delivered now. */
@Injectable()
export class DueNotifications {
  constructor(@InjectRepository(Notification) private readonly notifications: Repository<Notification>) {}

  /**
   * By receiver, the oldest first: however much waits for one, the others have theirs. Of an incident's end nobody is told
   * before its beginning was delivered or given up. Throws BackendUnavailableError.
   */
  async read(now: number): Promise<ReadonlyMap<string, readonly Letter[]>> {
    const names = await askDatabase(() =>
      this.due(now).select("notification.receiver", "receiver").distinct().getRawMany<{ receiver: string }>(),
    );
    const queues = new Map<string, readonly Letter[]>();
    for (const { receiver } of names) queues.set(receiver, await this.queueOf(receiver, now));
    return queues;
  }

  private async queueOf(receiver: string, now: number): Promise<Letter[]> {
    const rows = await askDatabase(() =>
      this.due(now)
        .andWhere("notification.receiver = :receiver", { receiver })
        .orderBy("notification.nextAttemptAt")
        .addOrderBy("notification.id")
        .limit(MAX_AT_ONCE)
        .getMany(),
    );
    const gathered = await this.gathered(rows);
    const seen = new Set<string>();
    return rows.flatMap((row) => {
      if (row.digest === null) return [[row]];
      if (seen.has(row.digest)) return [];
      seen.add(row.digest);
      return [gathered.get(row.digest) ?? [row]];
    });
  }

  /** What waits of each digest of which some are due, in the order of their ids: the bound must not cut a message. */
  private async gathered(due: readonly Notification[]): Promise<Map<string, Letter>> {
    const digests = [...new Set(due.flatMap(({ digest }) => digest ?? []))];
    if (digests.length === 0) return new Map();
    const rows = await askDatabase(() =>
      this.notifications.find({ where: { digest: In(digests), nextAttemptAt: Not(IsNull()) }, order: { id: "ASC" } }),
    );
    const letters = new Map<string, Letter>();
    for (const row of rows) {
      const digest = row.digest ?? "";
      const known = letters.get(digest);
      letters.set(digest, known ? [...known, row] : [row]);
    }
    return letters;
  }

  /** What waits for something earlier about the same incident is left out here, before any limit: nothing may stand behind it. */
  private due(now: number): SelectQueryBuilder<Notification> {
    const due = this.notifications.createQueryBuilder("notification");
    const waiting = due
      .subQuery()
      .select("1")
      .from(Notification, "earlier")
      .where("earlier.incident = notification.incident")
      .andWhere("earlier.receiver = notification.receiver")
      .andWhere("earlier.id < notification.id")
      .andWhere("earlier.nextAttemptAt IS NOT NULL");
    return due
      .where("notification.nextAttemptAt <= :now", { now })
      .andWhere(`(notification.what = 'opened' OR NOT EXISTS ${waiting.getQuery()})`);
  }
}
