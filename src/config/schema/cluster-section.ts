import { host } from "./network-values.js";
import { backend, decimal, flag, port, text, wholeNumber } from "./plain-values.js";
import { redisSettings } from "./redis-settings.js";
import { databaseUrl, password } from "./secret-values.js";
import { section, setting } from "./setting.js";

const redis = redisSettings("the cluster's node records", 0);
const nodeId = /^[A-Za-z0-9._-]{1,128}$/;

export const clusterSection = section("Running several nodes as one server.", {
  enabled: setting(flag().default(false), { description: "Whether this node is part of a cluster." }),
  backend: setting(backend(["postgres", "redis", "sqlite", "file"]).prefault("file"), {
    description:
      "Where nodes write and read their node records, the same on all nodes: redis, postgres, sqlite or file.",
  }),
  hostname: setting(host().optional(), {
    description: "Host name under which the other nodes and operators reach this node.",
    example: "server-01.example.com",
    unset: "the name of this host",
  }),
  node_id: setting(
    text().regex(nodeId, { error: "must be 1 to 128 letters, digits, dots, underscores or hyphens" }).optional(),
    {
      description: "Name of this node, different on every node.",
      example: "server-01",
      unset: "host name and 6 characters that stay the same across restarts",
    },
  ),
  port: setting(port().optional(), {
    description: "Port shown to others as this node's own, where it differs from the one it listens on.",
    example: 8768,
    unset: "server.port",
  }),
  secret: setting(password(16).optional(), {
    description: "Secret, the same on all nodes, that signs node records.",
    secret: "value",
    example: "REPLACE_WITH_A_CLUSTER_SECRET",
    unset: "derived from a secret that the database holds",
  }),
  heartbeat_interval: setting(decimal(0.1, 3600).default(10), {
    description:
      "Time between two heartbeats of this node; a higher value spares the backend and notices failures later.",
    unit: "seconds",
  }),
  node_timeout: setting(decimal(0.2, 86_400).default(30), {
    description:
      "Silence after which a node counts as inactive, at least two heartbeats; higher notices failures later.",
    unit: "seconds",
  }),
  forget_after: setting(wholeNumber(1, 31_536_000).default(86_400), {
    description: "Time after which an inactive node leaves the list; higher keeps names of removed nodes longer.",
    unit: "seconds",
  }),
  lease_timeout: setting(decimal(1, 3600).default(30), {
    description:
      "Silence after which another node takes over what one node does for all, such as alerts; a job of a slow node may be taken from it where this is low.",
    unit: "seconds",
  }),
  redis_host: redis.host,
  redis_port: redis.port,
  redis_db: redis.db,
  redis_username: redis.username,
  redis_password: redis.password,
  redis_tls: redis.tls,
  redis_ca_file: redis.ca_file,
  redis_sentinels: redis.sentinels,
  redis_sentinel_name: redis.sentinel_name,
  redis_sentinel_username: redis.sentinel_username,
  redis_sentinel_password: redis.sentinel_password,
  state_path: setting(text().default("data/cluster-state.json"), {
    description: "For the file and sqlite backends: the place for cluster state that all nodes share.",
  }),
  db_url: setting(databaseUrl().optional(), {
    description: "For the postgres backend: the database that holds the node records.",
    secret: "url",
    example: "postgresql://fleet:REPLACE_WITH_THE_PASSWORD@db.example.com/fleet",
    unset: "server.db_url",
  }),
});
