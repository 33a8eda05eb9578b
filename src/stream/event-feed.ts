import { Injectable } from "@nestjs/common";
import { type EventPosition, decodeEventCursor, encodeEventCursor } from "../events/event-cursor.js";
import type { EventView } from "../events/event-answer.js";
import { EventReader } from "../events/event-reader.js";
import { FleetError } from "../common/fleet-error.js";
import type { Reader } from "./reader.js";

/** Nodes' clocks differ a little, and an event may be committed after a later one: so far is looked back. */
const LOOK_BACK_MS = 15_000;
const MOST_AT_ONCE = 200;

/** Tells readers what the event log gains, in order, each event once. */
@Injectable()
export class EventFeed {
  private grown = true;
  /** Of the last seconds, oldest first. */
  private recent: readonly EventView[] = [];

  constructor(private readonly log: EventReader) {}

  /** Undefined for what no stream of this server gave: the reader then begins with now. */
  positionOf(lastEventId: string | undefined): EventPosition | undefined {
    if (lastEventId === undefined) return undefined;
    try {
      return decodeEventCursor(lastEventId);
    } catch (error) {
      if (error instanceof FleetError) return undefined;
      throw error;
    }
  }

  /** A reader that comes again is first told what it missed; a new one only what comes from now on. */
  async joined(reader: Reader, position: EventPosition | undefined): Promise<void> {
    const missed = position === undefined ? [] : await this.log.after(position, MOST_AT_ONCE);
    const last = position && { at: position.at, id: position.id };
    this.recent = await this.log.newest(LOOK_BACK_MS, MOST_AT_ONCE);
    for (const event of this.recent) {
      const isOld = last === undefined || Date.parse(event.at) < last.at || event.id === last.id;
      if (isOld) reader.toldEvents.add(event.id);
    }
    this.tell(reader, missed);
  }

  added(): void {
    this.grown = true;
  }

  async turn(readers: ReadonlySet<Reader>): Promise<void> {
    if (!this.grown) return;
    this.grown = false;
    try {
      this.recent = await this.log.newest(LOOK_BACK_MS, MOST_AT_ONCE);
    } catch (error) {
      this.grown = true;
      throw error;
    }
    for (const reader of readers) if (reader.wants.events) this.tell(reader, this.recent);
  }

  private tell({ stream, isAdmin, toldEvents }: Reader, events: readonly EventView[]): void {
    for (const event of events) {
      if (toldEvents.has(event.id)) continue;
      toldEvents.add(event.id);
      const data = isAdmin ? event : { ...event, address: null };
      stream.send({ event: "event", data, id: encodeEventCursor({ at: Date.parse(event.at), id: event.id }) });
    }
    // Only what is looked back at can come again.
    for (const id of toldEvents) {
      if (toldEvents.size <= 2 * MOST_AT_ONCE) break;
      toldEvents.delete(id);
    }
  }
}
