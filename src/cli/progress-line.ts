import type { WriteStream } from "node:tty";

const WIDTH = 30;
const TERMINAL_EVERY_MS = 100;
const LOG_EVERY_MS = 5_000;

/** How far long work has come: one line that is written over on a terminal, a line every five seconds elsewhere. */
export class ProgressLine {
  private shownAt = -Infinity;
  private isOpen = false;

  constructor(private readonly stream: Pick<WriteStream, "isTTY" | "write">) {}

  /** `done`: 0 to 1. */
  show(done: number, text: string): void {
    const now = performance.now();
    // A bar that does not get to its end looks broken off.
    const isLast = this.stream.isTTY && done >= 1;
    if (!isLast && now - this.shownAt < (this.stream.isTTY ? TERMINAL_EVERY_MS : LOG_EVERY_MS)) return;
    this.shownAt = now;
    const percent = `${Math.floor(Math.min(done, 1) * 100)} %`.padStart(5);
    if (!this.stream.isTTY) {
      this.stream.write(`${percent}  ${text}\n`);
      return;
    }
    const bar = "#".repeat(Math.round(Math.min(done, 1) * WIDTH)).padEnd(WIDTH, ".");
    this.stream.write(`\r[${bar}] ${percent}  ${text} `);
    this.isOpen = true;
  }

  end(): void {
    if (this.isOpen) this.stream.write("\n");
    this.isOpen = false;
  }
}
