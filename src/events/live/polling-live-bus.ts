import type { LiveBus } from "./live-bus.js";

/** Where nodes share nothing but files there is no bus: no message ever arrives, so that LiveChanges asks the database. */
export class PollingLiveBus implements LiveBus {
  readonly carries = false;

  publish(_message: string): void {
    // Nobody would hear it.
  }

  listen(_listener: (message: string) => void): void {
    // There is nothing to hear.
  }

  renew(): void {
    // There is no connection.
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
