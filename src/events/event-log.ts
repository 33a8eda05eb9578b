import { Injectable } from "@nestjs/common";
import { InjectRepository } from "@nestjs/typeorm";
import { Repository } from "typeorm";
import { DatabaseClock } from "../database/database-clock.js";
import { DocumentCipher } from "../database/document-cipher.js";
import { askDatabase } from "../database/ask-database.js";
import type { EventKind } from "./event-kinds.js";
import { StoredEvent } from "./event.entity.js";

export interface NewEvent {
  readonly kind: EventKind;
  /** Whom it is about: a node id, a user name, a machine id. */
  readonly subject: string;
  /** The user who did it. */
  readonly actor?: string | undefined;
  /** The client's address. */
  readonly address?: string | undefined;
  readonly details?: Readonly<Record<string, string | number | boolean | null>>;
  /** Several nodes may report the same fact under the same key; it is kept once. */
  readonly onceKey?: string;
}

/** The audit and cluster log in the fleet's database. */
@Injectable()
export class EventLog {
  constructor(
    @InjectRepository(StoredEvent) private readonly events: Repository<StoredEvent>,
    private readonly cipher: DocumentCipher,
    private readonly clock: DatabaseClock,
  ) {}

  /** Keeps the event: it is durable when this resolves. Throws BackendUnavailableError. */
  async record({ kind, subject, actor, address, details = {}, onceKey }: NewEvent): Promise<void> {
    const row = {
      at: this.clock.nowMs(),
      kind,
      subject,
      actor: actor ?? null,
      address: address ?? null,
      details: this.cipher.seal(JSON.stringify(details)),
      onceKey: onceKey ?? null,
    };
    await askDatabase(() => this.events.createQueryBuilder().insert().values(row).orIgnore().execute());
  }

  /** Keeps the event as soon as the database takes it, for facts that nobody waits for. Never throws. */
  note(event: NewEvent): void {
    void this.record(event).catch(() => undefined);
  }
}
