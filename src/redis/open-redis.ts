import { Logger } from "@nestjs/common";
import { Redis } from "ioredis";

/** How to reach one Redis: a server, or the Sentinels that know the current primary. */
export interface RedisSettings {
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly tls: boolean;
  readonly sentinels: readonly { readonly host: string; readonly port: number }[];
  readonly sentinel_name: string;
}

/** A request waits at most this long for Redis, dead or frozen, before it is answered 503. */
const COMMAND_TIMEOUT_MS = 1_500;

/**
 * A connection on which nothing answers for so long is given up and a new one made: the other end may be gone without a
 * word (a host that lost power, a forgotten NAT entry), which TCP itself notices only after a quarter of an hour.
 */
const SOCKET_TIMEOUT_MS = 5_000;

/**
 * Opens a connection that looks for its server for ever and never makes a caller wait for it: while there is no
 * connection commands fail at once, and a command without an answer fails after 1.5 seconds. Losing and finding the
 * server is logged once each, under `purpose`.
 */
export function openRedis(settings: RedisSettings, purpose: string): Redis {
  const tls = settings.tls ? { tls: {} } : {};
  const address =
    settings.sentinels.length > 0
      ? {
          sentinels: settings.sentinels.map(({ host, port }) => ({ host, port })),
          name: settings.sentinel_name,
          ...(settings.tls ? { enableTLSForSentinelMode: true, sentinelTLS: {} } : {}),
        }
      : { host: settings.host, port: settings.port };
  const redis = new Redis({
    ...address,
    ...tls,
    db: settings.db,
    ...(settings.username === undefined ? {} : { username: settings.username }),
    ...(settings.password === undefined ? {} : { password: settings.password }),
    connectionName: `fleet-server-${purpose}`,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2_000,
    commandTimeout: COMMAND_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    retryStrategy: (attempt) => Math.min(100 * attempt, 1_000),
    // A primary that became a replica answers READONLY until the client looks for the new one.
    reconnectOnError: (error) => error.message.startsWith("READONLY"),
  });
  logConnection(redis, purpose);
  return redis;
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
