import type { OnModuleDestroy } from "@nestjs/common";
import { setTimeout as sleep } from "node:timers/promises";
import type { DataSource } from "typeorm";
import { askDatabase } from "./ask-database.js";
import { type ClockReading, readingOf, surerReading } from "./clock-reading.js";
import { DatabaseClock } from "./database-clock.js";

const READ_EVERY_MS = 10_000;
/** The first may have waited for something; the quickest of a few has not. */
const READINGS = 4;

/**
 * PostgreSQL's clock, carried on by this machine's monotonic clock between readings, so that nobody waits for the time
 * and no step of this machine's own clock changes it. While the server is away the last reading stays in use.
 */
export class PostgresClock extends DatabaseClock implements OnModuleDestroy {
  private readonly stop = new AbortController();

  private constructor(
    private readonly dataSource: DataSource,
    private reading: ClockReading,
  ) {
    super();
  }

  /** Reads the server's clock and goes on doing so about every ten seconds. Throws BackendUnavailableError. */
  static async start(dataSource: DataSource, readEveryMs = READ_EVERY_MS): Promise<PostgresClock> {
    const clock = new PostgresClock(dataSource, await read(dataSource));
    void clock.keepReading(readEveryMs);
    return clock;
  }

  override nowMs(): number {
    return Math.floor(performance.now() + this.reading.offsetMs);
  }

  onModuleDestroy(): void {
    this.stop.abort();
  }

  private async keepReading(everyMs: number): Promise<void> {
    const { signal } = this.stop;
    for (;;) {
      await sleep(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      const fresh = await read(this.dataSource).catch(() => undefined);
      if (fresh) this.reading = surerReading(this.reading, fresh);
    }
  }
}

/** All readings on one connection, which is there before the first. */
function read(dataSource: DataSource): Promise<ClockReading> {
  return askDatabase(async () => {
    const runner = dataSource.createQueryRunner();
    try {
      await runner.connect();
      let surest: ClockReading | undefined;
      for (let left = READINGS; left > 0; left--) {
        const askedMs = performance.now();
        const rows = (await runner.query("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms")) as {
          ms: number;
        }[];
        if (rows[0] === undefined) throw new Error("PostgreSQL did not tell the time");
        surest = surerReading(surest, readingOf(askedMs, performance.now(), rows[0].ms));
      }
      if (surest === undefined) throw new Error("PostgreSQL was not asked for the time");
      return surest;
    } finally {
      await runner.release();
    }
  });
}
