import type { LiveBus } from "./live-bus.js";

/** The bus of a node that runs alone. */
export class InProcessLiveBus implements LiveBus {
  private listener: ((message: string) => void) | undefined;

  publish(message: string): void {
    this.listener?.(message);
  }

  listen(listener: (message: string) => void): void {
    this.listener = listener;
  }

  close(): Promise<void> {
    this.listener = undefined;
    return Promise.resolve();
  }
}
