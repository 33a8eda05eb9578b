import { Logger } from "@nestjs/common";
import { setTimeout as sleep } from "node:timers/promises";

const PAUSE_MS = 10 * 60_000;
const STEP_PAUSE_MS = 50;

/** Removes what has expired in small steps, and asks between two of them whether to go on. */
export type Sweep = (goOn: () => Promise<boolean>) => Promise<void>;

/**
 * Removes sessions that nobody came back for, every ten minutes or so, with a pause after each small step. All nodes do
 * it: what one removes the others no longer find.
 */
export class ExpiredSessionSweep {
  private readonly logger = new Logger("Sessions");
  private readonly stopped = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly sweep: Sweep) {}

  start(): void {
    this.running = this.repeat();
  }

  /** Resolves when the store is no longer being used. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  /** Goes through the store once. */
  async once(): Promise<void> {
    await this.sweep(async () => {
      await this.pause(STEP_PAUSE_MS);
      return !this.stopped.signal.aborted;
    });
  }

  private async repeat(): Promise<void> {
    for (;;) {
      // Nodes that started together are not to sweep together.
      await this.pause(PAUSE_MS * (0.5 + Math.random()));
      if (this.stopped.signal.aborted) return;
      try {
        await this.once();
      } catch (error) {
        this.logger.warn(`Expired sessions could not be removed; trying again later: ${String(error)}`);
      }
    }
  }

  private async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.stopped.signal, ref: false }).catch(() => undefined);
  }
}
