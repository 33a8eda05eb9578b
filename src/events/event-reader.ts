import { Injectable } from "@nestjs/common";
import { InjectRepository } from "@nestjs/typeorm";
import { Repository } from "typeorm";
import { DocumentCipher } from "../database/document-cipher.js";
import { askDatabase } from "../database/ask-database.js";
import { DatabaseClock } from "../database/database-clock.js";
import type { EventView } from "./event-answer.js";
import { type EventPosition, decodeEventCursor, encodeEventCursor } from "./event-cursor.js";
import type { EventQuery } from "./event-query.js";
import { StoredEvent } from "./event.entity.js";

/** The audit and cluster log as people read it. */
@Injectable()
export class EventReader {
  constructor(
    @InjectRepository(StoredEvent) private readonly events: Repository<StoredEvent>,
    private readonly cipher: DocumentCipher,
    private readonly clock: DatabaseClock,
  ) {}

  /** One page, newest first. Throws FleetError 400 for a foreign cursor, and BackendUnavailableError. */
  async page(query: EventQuery): Promise<{ events: EventView[]; nextCursor: string | null }> {
    const rows = await askDatabase(() => this.select(query).getMany());
    const last = rows.length > query.limit ? rows[query.limit - 1] : undefined;
    return {
      events: rows.slice(0, query.limit).map((row) => this.view(row)),
      nextCursor: last ? encodeEventCursor(last) : null,
    };
  }

  /** The events after this position, oldest first. Throws BackendUnavailableError. */
  async after(position: EventPosition, limit: number): Promise<EventView[]> {
    const rows = await askDatabase(() =>
      this.events
        .createQueryBuilder("event")
        .where("(event.at, event.id) > (:at, :id)", { ...position })
        .orderBy("event.at", "ASC")
        .addOrderBy("event.id", "ASC")
        .limit(limit)
        .getMany(),
    );
    return rows.map((row) => this.view(row));
  }

  /** The newest events of the last so many milliseconds, oldest first. Throws BackendUnavailableError. */
  async newest(withinMs: number, limit: number): Promise<EventView[]> {
    const rows = await askDatabase(() =>
      this.events
        .createQueryBuilder("event")
        .where("event.at >= :since", { since: this.clock.nowMs() - withinMs })
        .orderBy("event.at", "DESC")
        .addOrderBy("event.id", "DESC")
        .limit(limit)
        .getMany(),
    );
    return rows.reverse().map((row) => this.view(row));
  }

  private select({ limit, cursor, kind, subject, from, to }: EventQuery) {
    // One more than asked for tells whether there is another page.
    const select = this.events
      .createQueryBuilder("event")
      .orderBy("event.at", "DESC")
      .addOrderBy("event.id", "DESC")
      .limit(limit + 1);
    if (kind !== undefined) select.andWhere("event.kind IN (:...kind)", { kind });
    if (subject !== undefined) select.andWhere("event.subject = :subject", { subject });
    if (from !== undefined) select.andWhere("event.at >= :from", { from });
    if (to !== undefined) select.andWhere("event.at <= :to", { to });
    if (cursor !== undefined) select.andWhere("(event.at, event.id) < (:at, :id)", { ...decodeEventCursor(cursor) });
    return select;
  }

  private view({ id, at, kind, subject, actor, address, details }: StoredEvent): EventView {
    return {
      id,
      at: new Date(at).toISOString(),
      kind,
      subject,
      actor: this.text(actor),
      address: this.text(address),
      details: this.opened(details) as EventView["details"],
    };
  }

  private text(document: string | null): string | null {
    return document === null ? null : (this.opened(document) as string | null);
  }

  /** One document that was sealed with a key long gone must not hide the others. */
  private opened(document: string): unknown {
    try {
      return JSON.parse(this.cipher.open(document));
    } catch {
      return null;
    }
  }
}
