import { setting } from "./setting.js";
import { hostAndPortList, host } from "./network-values.js";
import { flag, port, text, wholeNumber } from "./plain-values.js";
import { password } from "./secret-values.js";

/** How to reach one Redis. The cluster and the sessions each have a set of their own, under different names. */
export function redisSettings(purpose: string, defaultDatabase: number) {
  return {
    host: setting(host().default("localhost"), {
      description: `Redis server that holds ${purpose}; not used when sentinels are set.`,
    }),
    port: setting(port().default(6379), { description: `Port of the Redis server that holds ${purpose}.` }),
    db: setting(wholeNumber(0, 9999).default(defaultDatabase), {
      description: `Number of the Redis database that holds ${purpose}.`,
    }),
    username: setting(text(256).optional(), {
      description: "User name for a Redis server with access control lists.",
      example: "fleet",
      unset: "Redis's own default user",
    }),
    password: setting(password(1).optional(), {
      description: "Password of the Redis server.",
      secret: "value",
      example: "REPLACE_WITH_THE_REDIS_PASSWORD",
      unset: "no password is sent",
    }),
    tls: setting(flag().default(false), {
      description: "Whether to connect to Redis, and to its sentinels, over TLS.",
    }),
    ca_file: setting(text().optional(), {
      description: "PEM file with the authority that signed the certificates of Redis and its sentinels, for TLS.",
      example: "/etc/fleet/redis-ca.pem",
      unset: "the public authorities that Node.js knows",
    }),
    sentinels: setting(hostAndPortList().default([]), {
      description: "One host:port or a list of them: the Redis Sentinels to ask for the current primary.",
      example: "redis-sentinel-1.example.com:26379",
      unset: "Redis is reached directly",
    }),
    sentinel_name: setting(text(256).default("mymaster"), {
      description: "Name under which the sentinels know the primary.",
    }),
    sentinel_username: setting(text(256).optional(), {
      description: "User name for sentinels with access control lists.",
      example: "fleet",
      unset: "the sentinels' own default user",
    }),
    sentinel_password: setting(password(1).optional(), {
      description: "Password of the sentinels, which is not the one of the Redis servers behind them.",
      secret: "value",
      example: "REPLACE_WITH_THE_SENTINEL_PASSWORD",
      unset: "no password is sent to sentinels",
    }),
  };
}
