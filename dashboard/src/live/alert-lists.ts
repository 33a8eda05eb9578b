import type { QueryClient } from "@tanstack/react-query";
import { keys } from "../api/keys.ts";

/** Incidents come in swarms: lists are read again at most so often. */
const REREAD_MS = 500;

/** Whether an event changes what is shown of incidents, silences and receivers. */
export function concernsAlerts(kind: string): boolean {
  return /^(?:incident|silence|notification)\./.test(kind);
}

/** Keeps what is shown of alerts as the server has it. */
export class AlertLists {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly queries: QueryClient) {}

  /** Something has changed, which is read soon. */
  rereadSoon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      for (const queryKey of [keys.incidents, keys.silences, keys.alerts])
        void this.queries.invalidateQueries({ queryKey });
    }, REREAD_MS);
  }

  close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
