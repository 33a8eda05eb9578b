import type { LiveBus } from "./live-bus.js";

/** Where nodes share nothing but files there is no bus: no message ever arrives, so that LiveChanges asks the database. */
export class PollingLiveBus implements LiveBus {
  publish(_message: string): void {
    // Nobody would hear it.
  }

  listen(_listener: (message: string) => void): void {
    // There is nothing to hear.
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
