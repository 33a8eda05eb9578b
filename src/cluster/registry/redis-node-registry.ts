import type { Redis } from "ioredis";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { BackendUnavailableError } from "../../common/fleet-error.js";
import { type RedisSettings, openRedis } from "../../redis/open-redis.js";
import type { NodeRegistry, RegistryEntry } from "./node-registry.js";

/** A hash: node id -> `<seconds>.<microseconds> <record>`, the time of the write by Redis' own clock. */
export const NODES_KEY = "fleet:cluster:nodes";
export const REGISTRY_ID_KEY = "fleet:cluster:id";

/** How long a call waits for a connection that is just being made, as it is at start. */
const CONNECT_WAIT_MS = 2_000;

/** One step, so that a record never stands beside another one's time. */
const PUBLISH = `local now = redis.call('TIME')
return redis.call('HSET', KEYS[1], ARGV[1], string.format('%d.%06d ', now[1], now[2]) .. ARGV[2])`;

const LIST = `local now = redis.call('TIME')
return {string.format('%d.%06d', now[1], now[2]), redis.call('HGETALL', KEYS[1])}`;

/** Node records in one Redis hash, aged by Redis `TIME`. Nothing expires there: observers judge, not a time to live. */
export class RedisNodeRegistry implements NodeRegistry {
  private readonly redis: Redis;
  private connectionError: Error | undefined;

  constructor(settings: RedisSettings) {
    this.redis = openRedis(settings, "cluster");
    this.redis.on("error", (error: Error) => (this.connectionError = error));
    this.redis.on("ready", () => (this.connectionError = undefined));
  }

  async publish(nodeId: string, record: string): Promise<void> {
    await this.use(() => this.redis.eval(PUBLISH, 1, NODES_KEY, nodeId, record));
  }

  async list(): Promise<readonly RegistryEntry[]> {
    const [now, fields] = (await this.use(() => this.redis.eval(LIST, 1, NODES_KEY))) as [string, string[]];
    const values: [string, string][] = [];
    for (let at = 0; at < fields.length; at += 2) values.push([fields[at] ?? "", fields[at + 1] ?? ""]);
    return entriesIn(values, Number(now));
  }

  async remove(nodeId: string): Promise<void> {
    await this.use(() => this.redis.hdel(NODES_KEY, nodeId));
  }

  async id(): Promise<string> {
    return this.use(async () => {
      await this.redis.set(REGISTRY_ID_KEY, randomUUID(), "NX");
      const id = await this.redis.get(REGISTRY_ID_KEY);
      if (id === null) throw new Error("Redis did not keep the registry's id");
      return id;
    });
  }

  close(): Promise<void> {
    this.redis.disconnect();
    return Promise.resolve();
  }

  private async use<T>(command: () => Promise<T>): Promise<T> {
    await this.connectionSettles();
    try {
      return await command();
    } catch (error) {
      // Without a connection ioredis only says that it may not wait for one; why there is none tells more.
      throw new BackendUnavailableError("cluster registry", this.connectionError ?? error);
    }
  }

  private async connectionSettles(): Promise<void> {
    if (this.redis.status !== "connecting" && this.redis.status !== "connect") return;
    const done = new AbortController();
    const signal = AbortSignal.any([done.signal, AbortSignal.timeout(CONNECT_WAIT_MS)]);
    try {
      await Promise.race([once(this.redis, "ready", { signal }), once(this.redis, "close", { signal })]);
    } catch {
      // Not connected: the command that follows fails and is what the caller hears of.
    } finally {
      done.abort();
    }
  }
}

/** What the hash's values say at the time `now`, in seconds of Redis's clock. */
export function entriesIn(values: Iterable<readonly [nodeId: string, value: string]>, now: number): RegistryEntry[] {
  const entries: RegistryEntry[] = [];
  for (const [nodeId, value] of values) {
    const written = /^\d+\.\d{6}(?= )/.exec(value)?.[0];
    // What does not begin with a time was not written by a node.
    if (written === undefined) continue;
    // A primary that took over may be behind the one that stamped the record.
    const ageMs = Math.max(0, (now - Number(written)) * 1000);
    entries.push({ nodeId, record: value.slice(written.length + 1), ageMs });
  }
  return entries;
}
