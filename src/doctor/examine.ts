import type { FleetConfig } from "../config/config-schema.js";
import type { Check, Examination } from "./check.js";
import { examineCluster } from "./cluster/examine-cluster.js";
import { examineConfiguration } from "./examine-configuration.js";
import type { DatabaseExamination } from "./examined-database.js";
import { certificateCheck } from "./node/certificate-check.js";
import { monitoringChecks } from "./node/monitoring-check.js";
import { loadBalancerCheck, nodeProbeCheck } from "./node/probe-checks.js";
import { examineRegistry } from "./places/examine-registry.js";
import { examineSessions } from "./places/examine-sessions.js";
import { examinePostgres } from "./postgres/examine-postgres.js";
import { examineSqlite } from "./sqlite/examine-sqlite.js";

/** By `server.db_backend`. */
const databases = {
  sqlite: examineSqlite,
  postgres: examinePostgres,
} satisfies Record<FleetConfig["server"]["db_backend"], (config: FleetConfig) => DatabaseExamination>;

/** The fleet's database alone. */
export function examineDatabase(config: FleetConfig): DatabaseExamination {
  return databases[config.server.db_backend](config);
}

/** Everything that the doctor looks at, subject by subject; through the load balancer, too, where its address is given. */
export function examine(config: FleetConfig, loadBalancerUrl?: string): Examination {
  const database = examineDatabase(config);
  const registry = examineRegistry(config);
  const needs = ["database.keys", ...registry.checks.map(({ name }) => name).filter(isEntrance)];
  const subjects = [
    examineConfiguration(config),
    database,
    registry,
    examineSessions(config),
    examineCluster(config, database.database, needs),
    examineNode(config, loadBalancerUrl),
  ];
  return {
    checks: subjects.flatMap(({ checks }) => checks),
    close: async () => {
      for (const subject of subjects) await subject.close();
    },
  };
}

/** What has to be well for a place to be read at all. */
function isEntrance(name: string): boolean {
  return /\.(connection|folder)$/.test(name);
}

/** This machine's own node, and the way to it. */
function examineNode(config: FleetConfig, loadBalancerUrl: string | undefined): Examination {
  const checks: Check[] = [certificateCheck(config), nodeProbeCheck(config), ...monitoringChecks(config)];
  if (loadBalancerUrl !== undefined) checks.push(loadBalancerCheck(loadBalancerUrl));
  return { checks, close: () => Promise.resolve() };
}
