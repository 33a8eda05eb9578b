import { type DynamicModule, Module } from "@nestjs/common";
import { ConfigModule, getConfigToken, registerAs } from "@nestjs/config";
import type { FleetConfig } from "./config-schema.js";

export type {
  AlertsConfig,
  ClusterConfig,
  FleetConfig,
  HistoryConfig,
  MachinesConfig,
  MonitoringConfig,
  OrganizationConfig,
  ServerConfig,
  SessionsConfig,
  SslConfig,
} from "./config-schema.js";

// A service injects the one section that it needs: `@Inject(CLUSTER_CONFIG) config: ClusterConfig`.
export const ORGANIZATION_CONFIG = getConfigToken("organization");
export const SERVER_CONFIG = getConfigToken("server");
export const HISTORY_CONFIG = getConfigToken("history");
export const MACHINES_CONFIG = getConfigToken("machines");
export const ALERTS_CONFIG = getConfigToken("alerts");
export const SSL_CONFIG = getConfigToken("ssl");
export const CLUSTER_CONFIG = getConfigToken("cluster");
export const SESSIONS_CONFIG = getConfigToken("sessions");
export const MONITORING_CONFIG = getConfigToken("monitoring");

const sections: readonly (keyof FleetConfig)[] = [
  "organization",
  "server",
  "history",
  "machines",
  "alerts",
  "ssl",
  "cluster",
  "sessions",
  "monitoring",
  "logging",
];

/** Hands the loaded configuration out, section by section. Nothing is read here: `loadConfig` did that before Nest. */
@Module({})
export class FleetConfigModule {
  static register(config: FleetConfig): DynamicModule {
    const load = sections.map((name) => registerAs(name, () => config[name]));
    return {
      module: FleetConfigModule,
      global: true,
      imports: [ConfigModule.forRoot({ load, ignoreEnvFile: true, ignoreEnvVars: true, skipProcessEnv: true })],
      exports: [ConfigModule],
    };
  }
}
