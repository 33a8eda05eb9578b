import type { Redis } from "ioredis";
import { setTimeout as sleep } from "node:timers/promises";
import { type RedisSettings, openRedis } from "../../redis/open-redis.js";

/** As long as a node waits for a connection, and a moment for Sentinel to be asked first. */
const CONNECT_WAIT_MS = 4_000;

/** Redis as a node would reach it. Nothing is changed in it. */
export class RedisReader {
  private redis: Redis | undefined;
  private connected: Promise<void> | undefined;

  /** `purpose` and `setting` say what Redis is used for, and how its settings begin. */
  constructor(
    private readonly settings: RedisSettings,
    readonly setting: string,
  ) {}

  /** Where it is, for people. */
  get address(): string {
    const { host, port, db, sentinels, sentinel_name } = this.settings;
    return sentinels.length === 0 ? `${host}:${port}/${db}` : `${sentinel_name}/${db}, by its sentinels`;
  }

  get tls(): boolean {
    return this.settings.tls;
  }

  /** Resolves where a connection can be used. Throws what kept it from being made. */
  connect(): Promise<void> {
    this.connected ??= this.open();
    return this.connected;
  }

  /** The answer to one command, which must change nothing. Throws Redis's error. */
  async ask(command: string, ...args: readonly string[]): Promise<unknown> {
    await this.connect();
    return this.redis?.call(command, ...args);
  }

  /** The fields of a section of INFO. */
  async info(section: string): Promise<ReadonlyMap<string, string>> {
    const text = String(await this.ask("INFO", section));
    return new Map(
      text
        .split(/\r?\n/)
        .filter((line) => line.includes(":"))
        .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]),
    );
  }

  close(): Promise<void> {
    this.redis?.disconnect();
    return Promise.resolve();
  }

  private async open(): Promise<void> {
    const redis = openRedis(this.settings, "doctor");
    this.redis = redis;
    const enough = new AbortController();
    try {
      await Promise.race([
        new Promise<void>((resolve, reject) => {
          redis.once("ready", resolve);
          redis.on("error", reject);
        }),
        sleep(CONNECT_WAIT_MS, undefined, { signal: enough.signal }).then(() => {
          throw new Error(`no answer within ${CONNECT_WAIT_MS} ms`);
        }),
      ]);
    } catch (error) {
      redis.disconnect();
      throw error;
    } finally {
      enough.abort();
    }
  }
}
