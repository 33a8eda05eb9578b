import { Injectable, Logger, type OnApplicationShutdown } from "@nestjs/common";
import { InjectRepository } from "@nestjs/typeorm";
import { type EntityManager, Repository } from "typeorm";
import { plainText } from "../common/loggable-name.js";
import { DatabaseClock } from "../database/database-clock.js";
import { DocumentCipher } from "../database/document-cipher.js";
import { askDatabase } from "../database/ask-database.js";
import { eventLine, isWarning } from "./event-line.js";
import { StoredEvent } from "./event.entity.js";
import type { NewEvent } from "./new-event.js";
import { NoteQueue } from "./note-queue.js";

type EventRow = Omit<StoredEvent, "id">;

const FLUSH_LIMIT_MS = 3_000;
/** So many rows stand in one statement: databases bound its parameters. */
const ROWS = 200;
const MAX_NAME = 255;
const MAX_ADDRESS = 64;

/**
 * The audit and cluster log in the fleet's database. Every event is one line of the node's own log as well. Actor, address
 * and details lie sealed; kind, subject and time stay readable.
 */
@Injectable()
export class EventLog implements OnApplicationShutdown {
  private readonly logger = new Logger("Events");
  private told: () => void = () => undefined;
  private readonly notes = new NoteQueue<EventRow>({
    store: (row) => this.store(row),
    lost: (count, reason) => {
      this.logger.error(`${count} ${count === 1 ? "event was" : "events were"} not kept: ${reason}`);
    },
  });

  constructor(
    @InjectRepository(StoredEvent) private readonly events: Repository<StoredEvent>,
    private readonly cipher: DocumentCipher,
    private readonly clock: DatabaseClock,
  ) {}

  /** Keeps the event: it is durable when this resolves. Throws BackendUnavailableError. */
  async record(event: NewEvent): Promise<void> {
    await this.store(this.rowOf(event));
    this.log(event);
  }

  /**
   * Keeps the events in a transaction of the caller, with what they tell of. What it resolves with is to be called once
   * that is committed.
   */
  async recordWithin(manager: EntityManager, events: readonly NewEvent[]): Promise<() => void> {
    for (let start = 0; start < events.length; start += ROWS) {
      const some = events.slice(start, start + ROWS);
      await manager.insert(
        StoredEvent,
        some.map((event) => this.rowOf(event)),
      );
    }
    return () => {
      for (const event of events) this.log(event);
      if (events.length > 0) this.told();
    };
  }

  /** Keeps the event as soon as the database takes it, for facts that nobody waits for. Never throws. */
  note(event: NewEvent): void {
    this.log(event);
    this.notes.add(this.rowOf(event));
  }

  /** From now on `told` is called whenever the log has grown. */
  whenGrown(told: () => void): void {
    this.told = told;
  }

  /** The modules that note things have closed by now, the database has not. */
  async onApplicationShutdown(): Promise<void> {
    await this.notes.close(FLUSH_LIMIT_MS);
  }

  private rowOf({ kind, subject, actor, address, details = {}, onceKey }: NewEvent): EventRow {
    return {
      at: this.clock.nowMs(),
      kind,
      subject: plainText(subject, MAX_NAME),
      actor: actor === undefined ? null : this.cipher.seal(JSON.stringify(plainText(actor, MAX_NAME))),
      address: address === undefined ? null : this.cipher.seal(JSON.stringify(plainText(address, MAX_ADDRESS))),
      details: this.cipher.seal(JSON.stringify(details)),
      onceKey: onceKey ?? null,
    };
  }

  private async store(row: EventRow): Promise<void> {
    await askDatabase(() =>
      this.events.createQueryBuilder().insert().values(row).orIgnore().updateEntity(false).execute(),
    );
    this.told();
  }

  private log(event: NewEvent): void {
    if (isWarning(event.kind)) this.logger.warn(eventLine(event));
    else this.logger.log(eventLine(event));
  }
}
