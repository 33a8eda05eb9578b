import type { Provider } from "@nestjs/common";
import { CLUSTER_CONFIG, type ClusterConfig } from "../../config/config.module.js";
import { clusterDatabaseUrl } from "../../database/cluster-database-url.js";
import { clusterRedis } from "../../redis/cluster-redis.js";
import { RegistryContact, WatchedRegistry } from "../registry-contact.js";
import { FileNodeRegistry } from "./file-node-registry.js";
import { NodeRegistry } from "./node-registry.js";
import { PostgresNodeRegistry } from "./postgres-node-registry.js";
import { RedisNodeRegistry } from "./redis-node-registry.js";
import { SqliteNodeRegistry } from "./sqlite-node-registry.js";

const registries = {
  redis: (cluster) => new RedisNodeRegistry(clusterRedis(cluster)),
  postgres: (cluster) => new PostgresNodeRegistry(clusterDatabaseUrl(cluster)),
  sqlite: (cluster) => new SqliteNodeRegistry(`${cluster.state_path}.sqlite3`),
  file: (cluster) => new FileNodeRegistry(`${cluster.state_path}.d`),
} satisfies Record<ClusterConfig["backend"], (cluster: ClusterConfig) => NodeRegistry>;

export const nodeRegistryProvider: Provider = {
  provide: NodeRegistry,
  inject: [CLUSTER_CONFIG, RegistryContact],
  useFactory: (cluster: ClusterConfig, contact: RegistryContact): NodeRegistry =>
    new WatchedRegistry(registries[cluster.backend](cluster), contact),
};
