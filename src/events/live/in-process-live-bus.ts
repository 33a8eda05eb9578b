import type { LiveBus } from "./live-bus.js";

/** The bus of a node that runs alone. */
export class InProcessLiveBus implements LiveBus {
  readonly carries = true;
  private listener: ((message: string) => void) | undefined;

  publish(message: string): void {
    this.listener?.(message);
  }

  listen(listener: (message: string) => void): void {
    this.listener = listener;
  }

  renew(): void {
    // There is no connection that could be dead.
  }

  close(): Promise<void> {
    this.listener = undefined;
    return Promise.resolve();
  }
}
