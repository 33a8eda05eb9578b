import { open } from "node:fs/promises";

const MEASURE_EVERY_MS = 60_000;

/**
 * The clock of the file system that holds a folder, so that nodes whose own clocks differ agree on how old its files
 * are. Read off the modification time of a file that is written each minute, and carried on by the monotonic clock.
 */
export class FolderClock {
  private reading: { readonly timeMs: number; readonly atMs: number } | undefined;

  /** `file` must exist; its content does not matter. */
  constructor(private readonly file: string) {}

  /** Milliseconds since 1970 as the file system counts them. Throws when it was never possible to read them. */
  async nowMs(): Promise<number> {
    const reading = this.reading;
    if (reading !== undefined && performance.now() - reading.atMs < MEASURE_EVERY_MS) return carriedOn(reading);
    try {
      this.reading = await this.measure();
    } catch (error) {
      // A full disk, say: reading goes on by the old measurement.
      if (reading === undefined) throw error;
      return carriedOn(reading);
    }
    return carriedOn(this.reading);
  }

  private async measure(): Promise<{ timeMs: number; atMs: number }> {
    // "r+" never creates the file: without it this is not our folder, but the empty place where it is to be mounted.
    const file = await open(this.file, "r+");
    try {
      await file.write("\n", 0);
      // A network file system tells its server's time only once the write has reached the server.
      await file.datasync();
      const { mtimeMs } = await file.stat();
      return { timeMs: mtimeMs, atMs: performance.now() };
    } finally {
      await file.close();
    }
  }
}

function carriedOn(reading: { timeMs: number; atMs: number }): number {
  return reading.timeMs + (performance.now() - reading.atMs);
}
