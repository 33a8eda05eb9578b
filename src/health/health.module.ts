import { type DynamicModule, Module } from "@nestjs/common";
import { TerminusModule } from "@nestjs/terminus";
import { ClusterHealth } from "../cluster/cluster-health.js";
import { CLUSTER_CONFIG, type ClusterConfig } from "../config/config.module.js";
import { FleetModule } from "../fleet/fleet.module.js";
import { FleetStore } from "../fleet/store/fleet-store.js";
import { SessionsHealth } from "../sessions/sessions.health.js";
import { SessionsModule } from "../sessions/sessions.module.js";
import { ClusterHealthCheckController } from "./cluster-health-check.controller.js";
import { clusterDependency } from "./cluster-dependency.js";
import { DEPENDENCIES, type Dependency } from "./dependency.js";
import { DependencyMonitor } from "./dependency-monitor.js";
import { HealthController } from "./health.controller.js";
import { NodeMetrics } from "./node-metrics.js";
import { NodeHealth } from "./node-health.js";

/** Probes, and the background checks they are answered from. */
@Module({})
export class HealthModule {
  /** `clusterModule` is the module that AppModule made: there is one per node, clustered or standalone. */
  static register(clusterModule: DynamicModule): DynamicModule {
    return {
      module: HealthModule,
      imports: [clusterModule, SessionsModule, FleetModule, TerminusModule.forRoot({ logger: false })],
      controllers: [HealthController, ClusterHealthCheckController],
      providers: [
        {
          provide: DEPENDENCIES,
          inject: [FleetStore, SessionsHealth, ClusterHealth, CLUSTER_CONFIG],
          useFactory: (
            store: FleetStore,
            sessions: SessionsHealth,
            registry: ClusterHealth,
            cluster: ClusterConfig,
          ): Dependency[] => [
            { name: "database", neededByIngest: true, check: () => store.check() },
            { name: "session store", neededByIngest: false, check: () => sessions.check() },
            ...(cluster.enabled ? [clusterDependency(registry)] : []),
          ],
        },
        DependencyMonitor,
        NodeHealth,
        NodeMetrics,
      ],
    };
  }
}
