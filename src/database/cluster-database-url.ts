import type { ClusterConfig } from "../config/config.module.js";

/** The PostgreSQL that the cluster's nodes meet in. */
export function clusterDatabaseUrl({ db_url }: ClusterConfig): string {
  if (db_url === undefined) throw new Error("the configuration was not validated: cluster.db_url is missing");
  return db_url;
}
