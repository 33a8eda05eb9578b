import type { QueryClient } from "@tanstack/react-query";
import { keys } from "../api/keys.ts";
import type { LiveMessage } from "./messages.ts";

/** Incidents come in swarms: lists are read again at most so often. */
const REREAD_MS = 500;
/** Which incidents a silence covers is decided at the next look at the fleet, which by default is so far away at most. */
const LOOK_MS = 10_000;
const lists = [keys.incidents, keys.silences, keys.alerts];

/** Whether an event changes what is shown of incidents, silences and receivers. */
export function concernsAlerts(kind: string): boolean {
  return /^(?:incident|silence|notification)\./.test(kind);
}

/** Keeps what is shown of alerts as the server has it. */
export class AlertLists {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private afterLook: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly queries: QueryClient) {}

  hear(message: LiveMessage): void {
    if (message.type !== "event" || !concernsAlerts(message.data.kind)) return;
    this.rereadSoon();
    if (message.data.kind.startsWith("silence.")) this.afterLook ??= setTimeout(() => this.looked(), LOOK_MS);
  }

  /** Something has changed. */
  rereadSoon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      // A read that is under way is not broken off: a slow one would never end.
      if (lists.some((queryKey) => this.queries.isFetching({ queryKey }) > 0)) this.rereadSoon();
      else for (const queryKey of lists) void this.queries.invalidateQueries({ queryKey });
    }, REREAD_MS);
  }

  close(): void {
    clearTimeout(this.timer);
    clearTimeout(this.afterLook);
    this.timer = this.afterLook = undefined;
  }

  private looked(): void {
    this.afterLook = undefined;
    this.rereadSoon();
  }
}
