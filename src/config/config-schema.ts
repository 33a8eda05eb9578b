import { z } from "zod";
import { alertsSection } from "./schema/alerts-section.js";
import { clusterSection } from "./schema/cluster-section.js";
import { serverSection } from "./schema/server-section.js";
import { sessionsSection } from "./schema/sessions-section.js";
import {
  historySection,
  loggingSection,
  machinesSection,
  monitoringSection,
  organizationSection,
  sslSection,
} from "./schema/small-sections.js";

/**
 * Every setting there is. The example file, the schema for editors, the names of the environment variables and the
 * redaction all follow from it.
 */
export const configSchema = z.strictObject({
  organization: organizationSection,
  server: serverSection,
  history: historySection,
  machines: machinesSection,
  alerts: alertsSection,
  ssl: sslSection,
  cluster: clusterSection,
  sessions: sessionsSection,
  monitoring: monitoringSection,
  logging: loggingSection,
});

/** Settings as read: keys as the operator writes them, lists where one value was enough, words made the same. */
export type ConfigValues = z.output<typeof configSchema>;

/** What is known for certain once the host has been asked. */
interface Detected {
  cluster: { hostname: string; node_id: string; port: number };
  logging: { format: "pretty" | "json" };
}

type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

/** The effective configuration: validated, complete, frozen at every depth. Durations are in seconds. */
export type FleetConfig = DeepReadonly<ConfigValues & Detected>;

export type OrganizationConfig = FleetConfig["organization"];
export type ServerConfig = FleetConfig["server"];
export type HistoryConfig = FleetConfig["history"];
export type MachinesConfig = FleetConfig["machines"];
export type AlertsConfig = FleetConfig["alerts"];
export type SslConfig = FleetConfig["ssl"];
export type ClusterConfig = FleetConfig["cluster"];
export type SessionsConfig = FleetConfig["sessions"];
export type MonitoringConfig = FleetConfig["monitoring"];
