import { Injectable } from "@nestjs/common";
import { FleetError } from "../common/fleet-error.js";
import { DatabaseClock } from "../database/database-clock.js";
import type { EventView } from "../events/event-answer.js";
import { type EventPosition, decodeEventCursor, encodeEventCursor } from "../events/event-cursor.js";
import { EventReader } from "../events/event-reader.js";
import type { Reader } from "./reader.js";

/** Nodes' clocks differ a little, and an event may be committed after a later one: so far is looked back. */
const LOOK_BACK_MS = 15_000;
const MOST_AT_ONCE = 200;
/** Of a reader that missed more, the rest waits for the next turn: others want to be told as well. */
const MOST_PAGES = 10;

/** Tells readers what the event log gains, in order, each event once. */
@Injectable()
export class EventFeed {
  private grown = true;
  /** Of the last seconds, oldest first. */
  private recent: readonly EventView[] = [];

  constructor(
    private readonly log: EventReader,
    private readonly clock: DatabaseClock,
  ) {}

  /** Undefined for what no stream of this server gave. */
  positionOf(lastEventId: string | undefined): EventPosition | undefined {
    if (lastEventId === undefined) return undefined;
    try {
      return decodeEventCursor(lastEventId);
    } catch (error) {
      if (error instanceof FleetError) return undefined;
      throw error;
    }
  }

  /** Before all that happens from now on. */
  now(): EventPosition {
    return { at: this.clock.nowMs(), id: 0 };
  }

  added(): void {
    this.grown = true;
  }

  /** Whoever joined is told first what it missed. What fails is tried again at the next turn. */
  async turn(readers: ReadonlySet<Reader>): Promise<void> {
    if (!this.grown) return;
    this.grown = false;
    try {
      this.recent = await this.log.newest(LOOK_BACK_MS, MOST_AT_ONCE);
      for (const reader of readers) {
        if (!reader.wants.events) continue;
        if (reader.missedSince !== undefined) await this.catchUp(reader, reader.missedSince);
        if (reader.missedSince === undefined) this.tell(reader, this.recent);
        else this.grown = true;
      }
    } catch (error) {
      this.grown = true;
      throw error;
    }
  }

  private async catchUp(reader: Reader, since: EventPosition): Promise<void> {
    for (const { id, at } of this.recent) if (Date.parse(at) < since.at || id === since.id) reader.toldEvents.add(id);
    let position = since;
    for (let page = 0; page < MOST_PAGES && !reader.stream.isSlow; page++) {
      const missed = await this.log.after(position, MOST_AT_ONCE);
      this.tell(reader, missed);
      const last = missed.at(-1);
      if (last) position = positionAt(last);
      if (missed.length < MOST_AT_ONCE) {
        reader.missedSince = undefined;
        return;
      }
    }
    reader.missedSince = position;
  }

  private tell({ stream, isAdmin, toldEvents }: Reader, events: readonly EventView[]): void {
    for (const event of events) {
      if (toldEvents.has(event.id)) continue;
      toldEvents.add(event.id);
      const data = isAdmin ? event : { ...event, address: null };
      stream.send({ event: "event", data, id: encodeEventCursor(positionAt(event)) });
    }
    // Only what is looked back at can come again.
    for (const id of toldEvents) {
      if (toldEvents.size <= 2 * MOST_AT_ONCE) break;
      toldEvents.delete(id);
    }
  }
}

function positionAt({ at, id }: EventView): EventPosition {
  return { at: Date.parse(at), id };
}
