import type { Repository } from "typeorm";
import { DatabaseClock } from "../../../src/database/database-clock.js";
import { DocumentCipher } from "../../../src/database/document-cipher.js";
import { EventLog } from "../../../src/events/event-log.js";
import type { NewEvent } from "../../../src/events/new-event.js";
import type { StoredEvent } from "../../../src/events/event.entity.js";

/** The event log without a database, for tests of what is told when. */
export class EventsInMemory extends EventLog {
  readonly noted: NewEvent[] = [];

  constructor() {
    super(undefined as unknown as Repository<StoredEvent>, new DocumentCipher([]), new DatabaseClock());
  }

  /** `<kind> <subject>` of each, in their order. */
  get lines(): string[] {
    return this.noted.map(({ kind, subject }) => `${kind} ${subject}`);
  }

  override note(event: NewEvent): void {
    this.noted.push(event);
  }

  override record(event: NewEvent): Promise<void> {
    this.note(event);
    return Promise.resolve();
  }
}
