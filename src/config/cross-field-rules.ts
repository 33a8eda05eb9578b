import { resolve } from "node:path";
import type { ConfigValues } from "./config-schema.js";

/** `sessions.redis.host` and the like: the paths of all settings below `T`. */
type PathsOf<T, Prefix extends string = ""> = {
  [Key in keyof T & string]-?: NonNullable<T[Key]> extends string | number | boolean | readonly unknown[]
    ? `${Prefix}${Key}`
    : PathsOf<NonNullable<T[Key]>, `${Prefix}${Key}.`>;
}[keyof T & string];

type ValueAt<T, Path> = Path extends `${infer Key}.${infer Rest}`
  ? Key extends keyof T
    ? ValueAt<T[Key], Rest>
    : never
  : Path extends keyof T
    ? T[Path]
    : never;

export type SettingPath = PathsOf<ConfigValues>;
type ValuesAt<Keys extends readonly SettingPath[]> = { [Index in keyof Keys]: ValueAt<ConfigValues, Keys[Index]> };

/** What must hold between settings that are right each by itself. */
export interface CrossFieldRule {
  /** The settings compared; the problem is shown at the first of them that is written. */
  readonly keys: readonly SettingPath[];
  /** The problem and its fix, or undefined. */
  readonly check: (valid: ReadonlyMap<string, unknown>) => string | undefined;
}

function rule<const Keys extends readonly SettingPath[]>(
  keys: Keys,
  check: (values: ValuesAt<Keys>) => string | undefined,
): CrossFieldRule {
  // The map was filled by the schemas that `ValuesAt` is derived from.
  return { keys, check: (valid) => check(keys.map((key) => valid.get(key)) as ValuesAt<Keys>) };
}

function storeNeedsUrl(section: "cluster" | "sessions"): CrossFieldRule {
  return rule(
    [`${section}.backend`, `${section}.db_url`, "server.db_url", "cluster.enabled"],
    ([backend, ownUrl, sharedUrl, clustered]) =>
      backend === "postgres" && !ownUrl && !sharedUrl && (clustered || section === "sessions")
        ? `the postgres backend needs ${section}.db_url or server.db_url`
        : undefined,
  );
}

export const crossFieldRules: readonly CrossFieldRule[] = [
  rule(["cluster.node_timeout", "cluster.heartbeat_interval"], ([timeout, interval]) =>
    timeout < 2 * interval
      ? "cluster.node_timeout must be at least twice cluster.heartbeat_interval, so that one late heartbeat does no harm"
      : undefined,
  ),
  rule(["machines.offline_after", "machines.warning_after"], ([offline, warning]) =>
    offline < warning ? "machines.offline_after must not be below machines.warning_after" : undefined,
  ),
  rule(["server.shutdown_timeout", "server.drain_seconds"], ([timeout, drain]) =>
    timeout <= drain ? "server.shutdown_timeout must be above server.drain_seconds" : undefined,
  ),
  rule(["ssl.cert_file", "ssl.key_file"], ([cert, key]) =>
    (cert === undefined) !== (key === undefined) ? "set both ssl.cert_file and ssl.key_file, or neither" : undefined,
  ),
  rule(["server.require_encryption", "server.encryption_key"], ([required, keys]) =>
    required && keys.length === 0
      ? "server.require_encryption needs server.encryption_key, without which no report can be opened"
      : undefined,
  ),
  rule(["cluster.enabled", "cluster.secret", "server.db_encryption_key"], ([enabled, secret, keys]) =>
    enabled && secret === undefined && keys.length === 0
      ? "a cluster signs its node records: set server.db_encryption_key or cluster.secret, the same on all nodes"
      : undefined,
  ),
  rule(["server.db_backend", "server.db_url"], ([backend, url]) =>
    backend === "postgres" && url === undefined ? "the postgresql backend needs server.db_url" : undefined,
  ),
  storeNeedsUrl("cluster"),
  storeNeedsUrl("sessions"),
  rule(["sessions.db_path", "server.db_path", "sessions.backend"], ([sessions, fleet, backend]) =>
    backend === "sqlite" && resolve(sessions) === resolve(fleet)
      ? "sessions.db_path must differ from server.db_path: each database keeps a schema of its own"
      : undefined,
  ),
  rule(["alerts.receivers", "alerts.smtp.host", "alerts.smtp.from"], ([receivers, host, from]) =>
    receivers.some(({ type }) => type === "email") && (host === undefined || from === undefined)
      ? "a receiver of the type email needs alerts.smtp.host and alerts.smtp.from"
      : undefined,
  ),
  rule(["alerts.smtp.username", "alerts.smtp.password"], ([username, password]) =>
    username !== undefined && password === undefined ? "alerts.smtp.username needs alerts.smtp.password" : undefined,
  ),
  rule(["monitoring.port", "server.port", "monitoring.enabled"], ([metricsPort, port, enabled]) =>
    enabled && metricsPort === port ? "monitoring.port must differ from server.port" : undefined,
  ),
];
