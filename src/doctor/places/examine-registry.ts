import type { FleetConfig } from "../../config/config-schema.js";
import { clusterDatabaseUrl } from "../../database/cluster-database-url.js";
import { clusterRedis } from "../../redis/cluster-redis.js";
import type { Examination } from "../check.js";
import { PostgresReader } from "../postgres/postgres-reader.js";
import { redisChecks, registryUse } from "../redis/redis-checks.js";
import { RedisReader } from "../redis/redis-reader.js";
import { filePlaceCheck, folderPlace, sqlitePlace } from "./folder-check.js";
import { postgresPlaceChecks, sameDatabase } from "./postgres-place.js";

const SUBJECT = "registry";
const TABLES = ["fleet_cluster_nodes", "fleet_cluster_id"];
const NOTHING_OPEN = () => Promise.resolve();

type Examine = (config: FleetConfig) => Examination;

/** By `cluster.backend`. */
const registries = {
  redis: ({ cluster }) => {
    const reader = new RedisReader(clusterRedis(cluster), "cluster.redis_");
    return { checks: redisChecks(reader, registryUse), close: () => reader.close() };
  },
  postgres: ({ cluster, server }) => {
    const url = clusterDatabaseUrl(cluster);
    if (server.db_backend === "postgres" && url === server.db_url) {
      return { checks: [sameDatabase(SUBJECT)], close: NOTHING_OPEN };
    }
    const reader = new PostgresReader(url, "cluster.db_url");
    return { checks: postgresPlaceChecks(SUBJECT, reader, TABLES), close: () => reader.close() };
  },
  sqlite: ({ cluster: { state_path } }) => ({
    checks: [filePlaceCheck(`${SUBJECT}.folder`, sqlitePlace("cluster.state_path", `${state_path}.sqlite3`))],
    close: NOTHING_OPEN,
  }),
  file: ({ cluster: { state_path } }) => ({
    checks: [filePlaceCheck(`${SUBJECT}.folder`, folderPlace("cluster.state_path", `${state_path}.d`))],
    close: NOTHING_OPEN,
  }),
} satisfies Record<FleetConfig["cluster"]["backend"], Examine>;

/** Where the nodes of a cluster meet; nothing for a node that runs alone. */
export function examineRegistry(config: FleetConfig): Examination {
  return config.cluster.enabled ? registries[config.cluster.backend](config) : { checks: [], close: NOTHING_OPEN };
}
