import type { ClusterConfig } from "../../config/config.module.js";

type Addressed = Pick<
  ClusterConfig,
  "redis_host" | "redis_port" | "redis_db" | "redis_sentinels" | "redis_sentinel_name" | "db_url" | "state_path"
>;

const addresses = {
  redis: ({ redis_host, redis_port, redis_db, redis_sentinels, redis_sentinel_name }) =>
    redis_sentinels.length === 0
      ? `${hostAndPort(redis_host, redis_port)}/${redis_db}`
      : `${redis_sentinel_name}/${redis_db} by ${redis_sentinels.map((each) => hostAndPort(each.host, each.port)).join(", ")}`,
  postgres: ({ db_url }) => databaseAddress(db_url ?? ""),
  sqlite: ({ state_path }) => `${state_path}.sqlite3`,
  file: ({ state_path }) => `${state_path}.d`,
} satisfies Record<ClusterConfig["backend"], (cluster: Addressed) => string | null>;

/** Where the registry is, for people: never with a user name, a password or any other part of a URL. */
export function registryAddress(backend: ClusterConfig["backend"], cluster: Addressed): string | null {
  return addresses[backend](cluster);
}

function databaseAddress(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { host, pathname, searchParams } = new URL(url);
  return `${searchParams.get("host") ?? host}${pathname}`;
}

/** An IPv6 address stands in brackets (RFC 3986 section 3.2.2). */
function hostAndPort(host: string, port: number): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}
