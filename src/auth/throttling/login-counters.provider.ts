import type { Provider } from "@nestjs/common";
import { DataSource } from "typeorm";
import { SESSIONS_CONFIG, type SessionsConfig } from "../../config/config.module.js";
import { DatabaseClock } from "../../database/database-clock.js";
import { openRedis } from "../../redis/open-redis.js";
import { LoginCounters } from "./login-counters.js";
import { RedisLoginCounters } from "./redis-login-counters.js";
import { DatabaseLoginCounters } from "./database-login-counters.js";

type Open = (config: SessionsConfig, dataSource: DataSource, clock: DatabaseClock) => LoginCounters;

const inFleetDatabase: Open = (_config, dataSource, clock) => new DatabaseLoginCounters(dataSource, clock);

/** By `sessions.backend`: Redis where the sessions lie there, else the database that every node shares anyway. */
const counters = {
  redis: ({ redis }) => new RedisLoginCounters(openRedis(redis, "login-throttle")),
  postgres: inFleetDatabase,
  sqlite: inFleetDatabase,
  file: inFleetDatabase,
} satisfies Record<SessionsConfig["backend"], Open>;

export const loginCountersProvider: Provider = {
  provide: LoginCounters,
  inject: [SESSIONS_CONFIG, DataSource, DatabaseClock],
  useFactory: (config: SessionsConfig, dataSource: DataSource, clock: DatabaseClock): LoginCounters =>
    counters[config.backend](config, dataSource, clock),
};
