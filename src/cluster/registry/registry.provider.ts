import type { Provider } from "@nestjs/common";
import { CLUSTER_CONFIG, type ClusterConfig } from "../../config/config.module.js";
import type { RedisSettings } from "../../redis/open-redis.js";
import { FileNodeRegistry } from "./file-node-registry.js";
import { NodeRegistry } from "./node-registry.js";
import { RedisNodeRegistry } from "./redis-node-registry.js";

/** Backends the configuration knows but refuses until they are written; what leaves this list must enter the table. */
type ToCome = "postgres" | "sqlite";

const registries = {
  redis: (cluster) => new RedisNodeRegistry(redisSettings(cluster)),
  file: (cluster) => new FileNodeRegistry(`${cluster.state_path}.d`),
} satisfies Record<Exclude<ClusterConfig["backend"], ToCome>, (cluster: ClusterConfig) => NodeRegistry>;

export const nodeRegistryProvider: Provider = {
  provide: NodeRegistry,
  inject: [CLUSTER_CONFIG],
  useFactory: (cluster: ClusterConfig): NodeRegistry => {
    if (!isAvailable(cluster.backend)) throw new Error(`the cluster backend ${cluster.backend} is not available`);
    return registries[cluster.backend](cluster);
  },
};

function isAvailable(backend: ClusterConfig["backend"]): backend is keyof typeof registries {
  return backend in registries;
}

function redisSettings(cluster: ClusterConfig): RedisSettings {
  return {
    host: cluster.redis_host,
    port: cluster.redis_port,
    db: cluster.redis_db,
    username: cluster.redis_username,
    password: cluster.redis_password,
    tls: cluster.redis_tls,
    sentinels: cluster.redis_sentinels,
    sentinel_name: cluster.redis_sentinel_name,
  };
}
