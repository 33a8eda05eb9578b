import { Inject, Injectable } from "@nestjs/common";
import { SESSION_STORE, type SessionStore } from "./store/session-store.js";

const FRESH_FOR_MS = 5_000;

/** How many people are logged in, counted anew every five seconds at most, however many ask. */
@Injectable()
export class SessionCount {
  private counting: { readonly at: number; readonly count: Promise<number | null> } | undefined;

  constructor(@Inject(SESSION_STORE) private readonly store: SessionStore) {}

  /** Null where there are too many to be counted. Throws BackendUnavailableError. */
  read(): Promise<number | null> {
    const now = performance.now();
    if (!this.counting || now - this.counting.at >= FRESH_FOR_MS) {
      const count = this.store.count();
      const counting = { at: now, count };
      this.counting = counting;
      // What failed is tried again by the next who asks.
      count.catch(() => {
        if (this.counting === counting) this.counting = undefined;
      });
    }
    return this.counting.count;
  }
}
