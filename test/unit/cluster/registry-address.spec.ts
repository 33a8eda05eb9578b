import { registryAddress } from "../../../src/cluster/registry/registry-address.js";
import { clusterConfig } from "./cluster-config.js";

const { cluster } = clusterConfig();

describe("where the registry is", () => {
  it.each([
    ["redis", { redis_host: "redis.example.com", redis_db: 2, redis_password: "secret" }, "redis.example.com:6379/2"],
    ["redis", { redis_host: "::1" }, "[::1]:6379/0"],
    [
      "redis",
      {
        redis_sentinels: [
          { host: "s1", port: 26379 },
          { host: "s2", port: 26380 },
        ],
        redis_sentinel_name: "fleet",
      },
      "fleet/0 by s1:26379, s2:26380",
    ],
    [
      "postgres",
      { db_url: "postgresql://user:secret@db.example.com:5433/fleet?sslkey=secret" },
      "db.example.com:5433/fleet",
    ],
    ["postgres", { db_url: "postgresql:///fleet?user=secret&host=/run/postgresql" }, "/run/postgresql/fleet"],
    ["postgres", { db_url: "secret" }, null],
    ["sqlite", { state_path: "/srv/state.json" }, "/srv/state.json.sqlite3"],
    ["file", { state_path: "/srv/state.json" }, "/srv/state.json.d"],
  ] as const)("is told for %s without what is secret", (backend, settings, address) => {
    expect(registryAddress(backend, { ...cluster, ...settings })).toBe(address);
  });
});
