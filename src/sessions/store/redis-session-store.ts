import { RedisStore } from "connect-redis";
import type { SessionData } from "express-session";
import type { Redis } from "ioredis";
import { randomUUID } from "node:crypto";
import type { SessionsConfig } from "../../config/config.module.js";
import { openRedis } from "../../redis/open-redis.js";
import { answerCallback, itemsOrUnavailable, orUnavailable, storeUnavailable } from "./answer-callback.js";
import type { LiveSession } from "./live-session.js";
import { parseSession } from "./parse-session.js";
import { RenewalLog } from "./renewal-log.js";
import { mayCreate, noteCreated } from "./session-creation.js";
import type { SessionStoreUpkeep } from "./session-store.js";

/** Not below the sessions' prefix, under which every key is a session. */
export const SESSION_STORE_ID_KEY = "fleet:session-store:id";

type Callback<T = void> = (error?: unknown, value?: T) => void;

/** Redis holds nobody else up for longer than one step takes, well under a millisecond. */
const KEYS_PER_STEP = 1_000;
const COUNT_STEPS = 50;
/** How many keys of the database, whatever they are, Redis goes through before it serves others in between. */
const SCAN_STEP = 500;

/** Sessions in Redis: one key each, which Redis lets expire. */
export class RedisSessionStore extends RedisStore implements SessionStoreUpkeep {
  readonly sweep = null;
  private readonly renewals: RenewalLog;

  constructor(
    private readonly redis: Redis,
    private readonly ttlSeconds: number,
  ) {
    super({
      client: redis,
      prefix: "fleet:session:",
      ttl: ttlSeconds,
      serializer: {
        stringify: (session) => JSON.stringify(session),
        // What the parser gives goes through unread; `get` below declares the null.
        parse: (text) => parseSession(text) as SessionData,
      },
    });
    this.renewals = new RenewalLog(ttlSeconds);
  }

  static open(config: SessionsConfig): RedisSessionStore {
    return new RedisSessionStore(openRedis(config.redis, "sessions"), config.ttl);
  }

  override get(sessionId: string, callback?: Callback<SessionData | null>): Promise<void> {
    return answerCallback(super.get(sessionId) as Promise<SessionData | null>, callback);
  }

  override set(sessionId: string, session: SessionData, callback?: Callback): Promise<void> {
    return answerCallback(this.write(sessionId, session), callback);
  }

  override touch(sessionId: string, session: SessionData, callback?: Callback): Promise<void> {
    return answerCallback(this.renew(sessionId, session), callback);
  }

  override destroy(sessionId: string, callback?: Callback): Promise<void> {
    this.renewals.forget(sessionId);
    return answerCallback(super.destroy(sessionId) as Promise<void>, callback);
  }

  async check(): Promise<void> {
    try {
      await this.redis.ping();
    } catch (error) {
      throw storeUnavailable(error);
    }
  }

  async id(): Promise<string> {
    try {
      await this.redis.set(SESSION_STORE_ID_KEY, randomUUID(), "NX");
      const id = await this.redis.get(SESSION_STORE_ID_KEY);
      if (id === null) throw new Error("Redis did not keep the session store's id");
      return id;
    } catch (error) {
      throw storeUnavailable(error);
    }
  }

  async count(): Promise<number | null> {
    const keys = new Set<string>();
    let cursor = "0";
    try {
      for (let step = 0; step < COUNT_STEPS; step++) {
        const [next, found] = await this.redis.scan(cursor, "MATCH", `${this.prefix}*`, "COUNT", KEYS_PER_STEP);
        for (const key of found) keys.add(key);
        if (next === "0") return keys.size;
        cursor = next;
      }
      return null;
    } catch (error) {
      throw storeUnavailable(error);
    }
  }

  live(): AsyncIterable<LiveSession> {
    return itemsOrUnavailable(this.list());
  }

  async end(key: string): Promise<void> {
    this.renewals.forget(key);
    await orUnavailable(this.redis.del(this.prefix + key));
  }

  close(): Promise<void> {
    this.redis.disconnect();
    return Promise.resolve();
  }

  /**
   * By SCAN, which gives every key that is there all the time, some of them twice. An index of a user's sessions would be
   * one more thing to keep right, through expiry too; lists are read by people, a few times a day.
   */
  private async *list(): AsyncGenerator<LiveSession> {
    const seen = new Set<string>();
    let cursor = "0";
    do {
      const [next, keys] = await this.redis.scan(cursor, "MATCH", `${this.prefix}*`, "COUNT", SCAN_STEP);
      const ids = [...new Set(keys)].map((key) => key.slice(this.prefix.length)).filter((id) => !seen.has(id));
      for (const id of ids) seen.add(id);
      yield* await this.readAll(ids);
      cursor = next;
    } while (cursor !== "0");
  }

  private async readAll(ids: readonly string[]): Promise<LiveSession[]> {
    if (ids.length === 0) return [];
    const pipeline = this.redis.pipeline();
    for (const id of ids) pipeline.get(this.prefix + id).pttl(this.prefix + id);
    const values = ((await pipeline.exec()) ?? []).map(([error, value]) => {
      if (error) throw error;
      return value;
    });
    return ids.flatMap((key, at) => {
      const [text, remainingMs] = [values[2 * at], values[2 * at + 1]];
      const data = typeof text === "string" ? parseSession(text) : null;
      if (!data || typeof remainingMs !== "number" || remainingMs < 0) return [];
      return [{ key, data, idleMs: Math.max(this.ttlSeconds * 1000 - remainingMs, 0) }];
    });
  }

  private async write(sessionId: string, session: SessionData): Promise<void> {
    const key = this.prefix + sessionId;
    const text = JSON.stringify(session);
    if (mayCreate(session)) {
      await this.redis.set(key, text, "EX", this.ttlSeconds);
      noteCreated(session);
    } else {
      // XX: only where it exists. connect-redis's own `set` would create it again.
      await this.redis.set(key, text, "EX", this.ttlSeconds, "XX");
    }
  }

  private async renew(sessionId: string, session: SessionData): Promise<void> {
    if (!this.renewals.claim(sessionId)) return;
    try {
      await super.touch(sessionId, session);
    } catch (error) {
      this.renewals.forget(sessionId);
      throw error;
    }
  }
}
