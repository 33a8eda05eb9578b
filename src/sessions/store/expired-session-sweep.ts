import { Logger } from "@nestjs/common";
import { setTimeout as sleep } from "node:timers/promises";
import type { SessionFolder } from "./session-folder.js";

const PAUSE_MS = 10 * 60_000;
const STEP_ENTRIES = 100;
const STEP_PAUSE_MS = 50;
/** No step of a living process takes this long. */
const LEFTOVER_AGE_MS = 60 * 60_000;

/**
 * Removes sessions that nobody came back for, and what died processes left over, in small steps every ten minutes or
 * so. All nodes do it; that two meet at the same session does no harm.
 */
export class ExpiredSessionSweep {
  private readonly logger = new Logger("Sessions");
  private readonly stopped = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly folder: SessionFolder,
    private readonly ttlSeconds: number,
  ) {}

  start(): void {
    this.running = this.repeat();
  }

  /** Resolves when the folder is no longer being used. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  /** Goes through the folder once. */
  async once(): Promise<void> {
    let seen = 0;
    for await (const entry of this.folder.names()) {
      const ageMs = await this.folder.ageMs(entry);
      const limitMs = entry.leftover ? LEFTOVER_AGE_MS : this.ttlSeconds * 1000;
      if (ageMs !== null && ageMs > limitMs) await this.folder.remove(entry.name);
      if (++seen % STEP_ENTRIES === 0) await this.pause(STEP_PAUSE_MS);
      if (this.stopped.signal.aborted) return;
    }
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
