import type pg from "pg";
import { setTimeout as sleep } from "node:timers/promises";
import { closePostgres, openPostgres } from "../../database/open-postgres.js";
import type { LiveBus } from "./live-bus.js";

/** One that listens and one that speaks. */
export const LIVE_CONNECTIONS = 2;
const LISTEN_AGAIN_AFTER_MS = 1_000;

/** PostgreSQL LISTEN and NOTIFY, on two connections of its own. `channel` is an identifier of small letters. */
export class PostgresLiveBus implements LiveBus {
  readonly carries = true;
  private readonly pool: pg.Pool;
  private readonly stop = new AbortController();
  /** Ends the connection that listens; the next one follows. */
  private endListening: () => void = () => undefined;

  constructor(
    url: string,
    private readonly channel: string,
  ) {
    this.pool = openPostgres(url, { purpose: "live", max: LIVE_CONNECTIONS });
  }

  publish(message: string): void {
    this.pool.query("SELECT pg_notify($1, $2)", [this.channel, message]).catch(() => undefined);
  }

  listen(listener: (message: string) => void): void {
    void this.keepListening(listener);
  }

  renew(): void {
    this.endListening();
  }

  async close(): Promise<void> {
    this.stop.abort();
    this.endListening();
    await closePostgres(this.pool);
  }

  private async keepListening(listener: (message: string) => void): Promise<void> {
    const { signal } = this.stop;
    while (!signal.aborted) {
      await this.listenOnce(listener).catch(() => undefined);
      await sleep(LISTEN_AGAIN_AFTER_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** Resolves or rejects when the connection that listens has ended. */
  private async listenOnce(listener: (message: string) => void): Promise<void> {
    const client = await this.pool.connect();
    try {
      const ended = new Promise<void>((resolve) => {
        this.endListening = resolve;
        client.once("end", resolve);
        client.once("error", () => {
          resolve();
        });
      });
      client.on("notification", ({ payload }) => {
        if (payload !== undefined) listener(payload);
      });
      await client.query(`LISTEN ${this.channel}`);
      await ended;
    } finally {
      client.release(true);
    }
  }
}
