import { type DynamicModule, Module } from "@nestjs/common";
import { AlertsModule } from "./alerts/alerts.module.js";
import { AuthModule } from "./auth/auth.module.js";
import { ClusterModule } from "./cluster/cluster.module.js";
import { FleetConfigModule } from "./config/config.module.js";
import type { FleetConfig } from "./config/config-schema.js";
import { DashboardModule } from "./dashboard/dashboard.module.js";
import { DatabaseModule } from "./database/database.module.js";
import { LeasesModule } from "./database/leases/leases.module.js";
import { EventsModule } from "./events/events.module.js";
import { FleetModule } from "./fleet/fleet.module.js";
import { HealthModule } from "./health/health.module.js";
import { LifecycleModule } from "./lifecycle/lifecycle.module.js";
import { MonitoringModule } from "./monitoring/monitoring.module.js";
import { OpenApiModule } from "./openapi/openapi.module.js";
import { SessionsModule } from "./sessions/sessions.module.js";
import { StreamModule } from "./stream/stream.module.js";

/** The table of contents. Each module chooses its own backend from its section of the configuration. */
@Module({})
export class AppModule {
  static register(config: FleetConfig): DynamicModule {
    const cluster: DynamicModule = ClusterModule.register(config.cluster);
    return {
      module: AppModule,
      imports: [
        FleetConfigModule.register(config),
        MonitoringModule, // metrics, on their own port
        LifecycleModule, // starting, serving, draining, stopped
        DatabaseModule, // schema, root secret, key check, incarnations
        LeasesModule, // one node at a time runs a periodic job
        EventsModule, // the audit and cluster log
        cluster, // who is in the cluster: registry, heartbeat, membership
        SessionsModule, // login sessions and their store
        AuthModule, // who may call what: login, users, agent keys
        FleetModule, // reports in, machines and history out
        AlertsModule.register(cluster), // what is wrong, and who is told
        StreamModule.register(cluster), // what changes, as it changes
        HealthModule.register(cluster), // probes
        DashboardModule, // the web UI
        OpenApiModule, // what this API is, for programs and people
      ],
    };
  }
}
