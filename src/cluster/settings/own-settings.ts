import type { FleetConfig } from "../../config/config-schema.js";

type Sections = Pick<FleetConfig, "server" | "machines" | "alerts" | "history" | "cluster" | "sessions">;

/** What must be equal on all nodes, by the path of the setting, each value as one text. */
export type ComparedSettings = Readonly<Record<string, string>>;

/**
 * The settings in which nodes must not differ: keys, what decides how they judge, and what they answer with. Not those
 * that are a node's own (addresses, certificates, paths) and not those that `cluster.secret` already decides: nodes with
 * different ones do not believe each other's records. The order of keys does not count, since it differs while a new one
 * is rolled out.
 */
export function comparedSettings({ server, machines, alerts, history, cluster, sessions }: Sections): ComparedSettings {
  return {
    "server.api_key": inAnyOrder(server.api_key),
    "server.encryption_key": inAnyOrder(server.encryption_key),
    "server.db_encryption_key": inAnyOrder(server.db_encryption_key),
    "server.require_encryption": String(server.require_encryption),
    "server.max_report_size": String(server.max_report_size),
    "machines.warning_after": String(machines.warning_after),
    "machines.offline_after": String(machines.offline_after),
    "history.detail_interval": String(history.detail_interval),
    "cluster.node_timeout": String(cluster.node_timeout),
    "sessions.backend": sessions.backend,
    "sessions.ttl": String(sessions.ttl),
    "cluster.lease_timeout": String(cluster.lease_timeout),
    "sessions.secret": sessions.secret ?? "derived from the database",
    ...Object.fromEntries(Object.entries(alerts).map(([name, value]) => [`alerts.${name}`, JSON.stringify(value)])),
  };
}

function inAnyOrder(values: readonly string[]): string {
  return JSON.stringify([...values].sort());
}
