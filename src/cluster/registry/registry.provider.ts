import type { Provider } from "@nestjs/common";
import { CLUSTER_CONFIG, type ClusterConfig } from "../../config/config.module.js";
import type { RedisSettings } from "../../redis/open-redis.js";
import { RegistryContact, WatchedRegistry } from "../registry-contact.js";
import { FileNodeRegistry } from "./file-node-registry.js";
import { NodeRegistry } from "./node-registry.js";
import { PostgresNodeRegistry } from "./postgres-node-registry.js";
import { RedisNodeRegistry } from "./redis-node-registry.js";
import { SqliteNodeRegistry } from "./sqlite-node-registry.js";

const registries = {
  redis: (cluster) => new RedisNodeRegistry(redisSettings(cluster)),
  postgres: (cluster) => new PostgresNodeRegistry(databaseUrl(cluster)),
  sqlite: (cluster) => new SqliteNodeRegistry(`${cluster.state_path}.sqlite3`),
  file: (cluster) => new FileNodeRegistry(`${cluster.state_path}.d`),
} satisfies Record<ClusterConfig["backend"], (cluster: ClusterConfig) => NodeRegistry>;

export const nodeRegistryProvider: Provider = {
  provide: NodeRegistry,
  inject: [CLUSTER_CONFIG, RegistryContact],
  useFactory: (cluster: ClusterConfig, contact: RegistryContact): NodeRegistry =>
    new WatchedRegistry(registries[cluster.backend](cluster), contact),
};

function databaseUrl({ db_url }: ClusterConfig): string {
  if (db_url === undefined) throw new Error("the configuration was not validated: cluster.db_url is missing");
  return db_url;
}

function redisSettings(cluster: ClusterConfig): RedisSettings {
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
