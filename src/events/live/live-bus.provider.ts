import type { Provider } from "@nestjs/common";
import { CLUSTER_CONFIG, type ClusterConfig } from "../../config/config.module.js";
import { clusterDatabaseUrl } from "../../database/cluster-database-url.js";
import { DatabaseSecrets } from "../../database/database-secrets.js";
import { clusterRedis } from "../../redis/cluster-redis.js";
import { InProcessLiveBus } from "./in-process-live-bus.js";
import { LiveBus } from "./live-bus.js";
import { PollingLiveBus } from "./polling-live-bus.js";
import { PostgresLiveBus } from "./postgres-live-bus.js";
import { RedisLiveBus } from "./redis-live-bus.js";

const buses = {
  redis: (cluster, fleet) => new RedisLiveBus(clusterRedis(cluster), liveChannel(fleet)),
  postgres: (cluster, fleet) => new PostgresLiveBus(clusterDatabaseUrl(cluster), `fleet_live_${fleet}`),
  sqlite: () => new PollingLiveBus(),
  file: () => new PollingLiveBus(),
} satisfies Record<ClusterConfig["backend"], (cluster: ClusterConfig, fleet: string) => LiveBus>;

/** The channel in Redis, which a user with access control lists must be allowed: `&fleet:*`. */
export function liveChannel(fleet: string): string {
  return `fleet:live:${fleet}`;
}

export const liveBusProvider: Provider = {
  provide: LiveBus,
  inject: [CLUSTER_CONFIG, DatabaseSecrets],
  useFactory: (cluster: ClusterConfig, secrets: DatabaseSecrets): LiveBus =>
    cluster.enabled ? buses[cluster.backend](cluster, fleetOf(secrets)) : new InProcessLiveBus(),
};

/** Several fleets may share one server: each has its own channel, which follows from its database. */
function fleetOf(secrets: DatabaseSecrets): string {
  return secrets.derive("live-channel").toString("hex").slice(0, 16);
}
