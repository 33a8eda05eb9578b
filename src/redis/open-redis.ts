import { Logger } from "@nestjs/common";
import { type Command, Redis, type RedisOptions } from "ioredis";
import { readFileSync } from "node:fs";
import { isIP } from "node:net";

/** How to reach one Redis: a server, or the Sentinels that know the current primary. */
export interface RedisSettings {
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly tls: boolean;
  /** PEM file of the authority to trust with TLS; without it those that Node.js knows. */
  readonly ca_file?: string | undefined;
  readonly sentinels: readonly { readonly host: string; readonly port: number }[];
  readonly sentinel_name: string;
  readonly sentinel_username?: string | undefined;
  readonly sentinel_password?: string | undefined;
}

/** A request waits at most this long for Redis, dead or frozen, before it is answered 503. */
const COMMAND_TIMEOUT_MS = 1_500;

/**
 * Gives a connection up when a command on it had no answer in time. Redis answers in order, so whatever is sent after that
 * command would wait in vain, too, and until a new connection is ready commands fail at once. So requests that a load
 * balancer tries on one node after the other are answered while their clients still wait. TCP itself notices only after a
 * quarter of an hour that the other end is gone without a word (a host that lost power, a forgotten NAT entry).
 */
class ImpatientRedis extends Redis {
  override sendCommand(command: Command, stream?: Parameters<Redis["sendCommand"]>[1]): unknown {
    const connection = this.stream as NetStream | undefined;
    command.promise.catch((error: unknown) => {
      if (isTimeout(error) && this.stream === connection) connection.destroy(error);
    });
    return super.sendCommand(command, stream);
  }
}

type NetStream = Redis["stream"];

/** In ioredis's words: it has no type of its own for this. */
function isTimeout(error: unknown): error is Error {
  return error instanceof Error && error.message === "Command timed out";
}

/**
 * Opens a connection that looks for its server for ever and never makes a caller wait for it: while there is no
 * connection commands fail at once, and a command without an answer fails after 1.5 seconds. Losing and finding the
 * server is logged once each, under `purpose`. Throws when the authority's file cannot be read.
 */
export function openRedis(settings: RedisSettings, purpose: string): Redis {
  const redis = new ImpatientRedis({
    ...addressOf(settings),
    db: settings.db,
    ...(settings.username === undefined ? {} : { username: settings.username }),
    ...(settings.password === undefined ? {} : { password: settings.password }),
    connectionName: `fleet-server-${purpose}`,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2_000,
    commandTimeout: COMMAND_TIMEOUT_MS,
    retryStrategy: (attempt) => Math.min(100 * attempt, 1_000),
    // A primary that became a replica answers READONLY until the client looks for the new one.
    reconnectOnError: (error) => error.message.startsWith("READONLY"),
  });
  logConnection(redis, purpose);
  return redis;
}

function addressOf(settings: RedisSettings): RedisOptions {
  const { host, port, sentinels, sentinel_name, sentinel_username, sentinel_password } = settings;
  const authority = authorityOf(settings);
  if (sentinels.length === 0) return { host, port, ...(authority && { tls: { ...authority, ...serverName(host) } }) };
  return {
    sentinels: sentinels.map((sentinel) => ({ host: sentinel.host, port: sentinel.port })),
    name: sentinel_name,
    ...(authority && { tls: authority, sentinelTLS: authority, enableTLSForSentinelMode: true }),
    ...(sentinel_username === undefined ? {} : { sentinelUsername: sentinel_username }),
    ...(sentinel_password === undefined ? {} : { sentinelPassword: sentinel_password }),
    // Without it a sentinel that is frozen is waited for until it wakes, and the others are never asked.
    sentinelCommandTimeout: COMMAND_TIMEOUT_MS,
  };
}

function authorityOf({ tls, ca_file }: RedisSettings): { readonly ca?: Buffer } | undefined {
  if (!tls) return undefined;
  return ca_file === undefined ? {} : { ca: readFileSync(ca_file) };
}

/** The name asked for in the handshake (RFC 6066, section 3), which hosted Redis needs behind its proxies; never an address. */
function serverName(host: string): { readonly servername?: string } {
  return isIP(host) === 0 ? { servername: host } : {};
}

function logConnection(redis: Redis, purpose: string): void {
  const logger = new Logger("Redis");
  let lost = false;
  redis.on("ready", () => {
    if (lost) logger.log(`Connected to Redis again (${purpose})`);
    lost = false;
  });
  // ioredis repeats the error at every attempt; one line tells all.
  redis.on("error", (error: Error) => {
    if (!lost) logger.warn(`Redis cannot be reached (${purpose}): ${error.message}`);
    lost = true;
  });
}
