import type { Redis } from "ioredis";
import { RateLimiterRedis } from "rate-limiter-flexible";
import { BackendUnavailableError } from "../../common/fleet-error.js";
import type { Counter, CounterChange, LoginCounters } from "./login-counters.js";

/** Counters as keys `fleet:login:...` of a Redis, which lets them expire. */
export class RedisLoginCounters implements LoginCounters {
  private readonly limiter: RateLimiterRedis;

  constructor(private readonly redis: Redis) {
    // Nothing is consumed here: the limits are ours, the library counts.
    this.limiter = new RateLimiterRedis({ storeClient: redis, keyPrefix: "fleet:login", points: 1, duration: 60 });
  }

  read(keys: readonly string[]): Promise<(Counter | null)[]> {
    return this.ask(
      keys.map(async (key) => {
        const found = await this.limiter.get(key);
        if (found === null) return null;
        return { count: countOf(found.consumedPoints), endsInMs: Math.max(found.msBeforeNext, 0) };
      }),
    );
  }

  increment(changes: readonly CounterChange[]): Promise<number[]> {
    return this.ask(
      changes.map(async ({ key, seconds, by = 1 }) =>
        countOf((await this.limiter.penalty(key, by, { customDuration: seconds })).consumedPoints),
      ),
    );
  }

  async start(changes: readonly CounterChange[]): Promise<void> {
    await this.ask(changes.map(({ key, seconds }) => this.limiter.set(key, 1, seconds)));
  }

  async remove(keys: readonly string[]): Promise<void> {
    await this.ask(keys.map((key) => this.limiter.delete(key)));
  }

  close(): Promise<void> {
    this.redis.disconnect();
    return Promise.resolve();
  }

  private async ask<T>(answers: readonly Promise<T>[]): Promise<T[]> {
    try {
      return await Promise.all(answers);
    } catch (error) {
      throw new BackendUnavailableError("store that counts logins", error);
    }
  }
}

/** The library makes NaN of an answer that is no number; taken for a count it would let everybody in. */
function countOf(points: number): number {
  if (!Number.isFinite(points)) throw new Error("a login counter in Redis is not a number");
  return points;
}
