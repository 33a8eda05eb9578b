import type { ClusterConfig } from "../config/config.module.js";
import type { RedisSettings } from "./open-redis.js";

/** The Redis that the cluster's nodes meet in. */
export function clusterRedis(cluster: ClusterConfig): RedisSettings {
  return {
    host: cluster.redis_host,
    port: cluster.redis_port,
    db: cluster.redis_db,
    username: cluster.redis_username,
    password: cluster.redis_password,
    tls: cluster.redis_tls,
    ca_file: cluster.redis_ca_file,
    sentinels: cluster.redis_sentinels,
    sentinel_name: cluster.redis_sentinel_name,
    sentinel_username: cluster.redis_sentinel_username,
    sentinel_password: cluster.redis_sentinel_password,
  };
}
