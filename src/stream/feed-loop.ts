import { Logger } from "@nestjs/common";
import { setTimeout as sleep } from "node:timers/promises";
import { explainFailure } from "../common/explain-failure.js";

/** What is on a screen changes at most this often. */
export const TURN_MS = 1_000;

/** Gives one feed its turn each second, as long as somebody reads. A feed that waits for the database keeps no other waiting. */
export class FeedLoop {
  private readonly logger = new Logger("Stream");
  private isRunning = false;
  private isFailing = false;

  /** `turn` may fail: that is told once, and it is tried again. */
  constructor(
    private readonly what: string,
    private readonly turn: () => Promise<void>,
    private readonly isWanted: () => boolean,
  ) {}

  /** Runs until nobody reads any more; nothing happens where it runs already. */
  start(): void {
    if (!this.isRunning) void this.run();
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    while (this.isWanted()) {
      await this.turn().then(
        () => {
          if (this.isFailing) this.logger.log(`Live ${this.what} are read again`);
          this.isFailing = false;
        },
        (error: unknown) => {
          if (!this.isFailing) this.logger.warn(`Live ${this.what} cannot be read: ${explainFailure(error)}`);
          this.isFailing = true;
        },
      );
      await sleep(TURN_MS, undefined, { ref: false });
    }
    this.isRunning = false;
  }
}
