import { Inject, Injectable } from "@nestjs/common";
import { SESSION_STORE, type SessionStore } from "./store/session-store.js";

/** Tells whether operators can be recognised at the moment. */
@Injectable()
export class SessionsHealth {
  constructor(@Inject(SESSION_STORE) private readonly store: SessionStore) {}

  /** Throws BackendUnavailableError when the session store cannot be used. */
  check(): Promise<void> {
    return this.store.check();
  }
}
