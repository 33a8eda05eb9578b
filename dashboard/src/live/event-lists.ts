import type { QueryClient } from "@tanstack/react-query";
import { keys } from "../api/keys.ts";
import type { EventList, FleetEvent } from "../api/types.ts";

/** Events come in swarms: lists are read again at most so often. */
const REREAD_MS = 1_000;
/** A page that is left open must not grow. */
const MOST_EVENTS = 200;

/** Keeps the lists of events on screen as the log is, however many events come. */
export class EventLists {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isLatestDue = false;

  constructor(private readonly queries: QueryClient) {}

  add(event: FleetEvent): void {
    const latest = { queryKey: keys.latestEvents };
    // An answer that is on its way may have been written before, and will take the list's place.
    if (this.queries.isFetching(latest) > 0) this.isLatestDue = true;
    this.queries.setQueriesData<EventList>(latest, (known) => {
      const next = known && withEvent(known, event);
      if (!next || next.events.length <= MOST_EVENTS) return next;
      // What is cut away is on no other page until the list, with its next page, is read again.
      this.isLatestDue = true;
      return { ...next, events: next.events.slice(0, MOST_EVENTS) };
    });
    // Whether it belongs into a list with filters, the server knows.
    this.rereadSoon();
  }

  /** All lists are read again: events have been missed. */
  reread(): void {
    this.isLatestDue = true;
    this.rereadSoon();
  }

  close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private rereadSoon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      // A read that is under way is not broken off: a slow one would never end.
      if (this.queries.isFetching({ queryKey: keys.events }) > 0) {
        this.rereadSoon();
        return;
      }
      const all = this.isLatestDue;
      this.isLatestDue = false;
      void this.queries.invalidateQueries({
        queryKey: keys.events,
        predicate: ({ queryKey: [, kind] }) => all || kind !== keys.latestEvents[1],
      });
    }, REREAD_MS);
  }
}

/** The list, newest first, with one more event at its place; one from before all that is shown belongs to a later page. */
export function withEvent(list: EventList, event: FleetEvent): EventList {
  const { events, next_cursor } = list;
  if (events.some(({ id }) => id === event.id)) return list;
  const place = events.findIndex((other) => isNewer(event, other));
  if (place === -1 && next_cursor !== null) return list;
  return { ...list, events: events.toSpliced(place === -1 ? events.length : place, 0, event) };
}

function isNewer(a: FleetEvent, b: FleetEvent): boolean {
  const ageDifference = Date.parse(a.at) - Date.parse(b.at);
  return ageDifference === 0 ? a.id > b.id : ageDifference > 0;
}
