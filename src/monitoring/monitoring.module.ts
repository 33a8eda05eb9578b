import { Global, Module } from "@nestjs/common";
import { MONITORING_CONFIG, type MonitoringConfig } from "../config/config.module.js";
import { Metrics } from "./metrics.js";
import { MetricsServer } from "./metrics-server.js";
import { RuntimeMetrics } from "./runtime-metrics.js";

/** Global: each module declares its metrics beside the code that they count. Closed after all others. */
@Global()
@Module({
  providers: [
    Metrics,
    RuntimeMetrics,
    {
      provide: MetricsServer,
      inject: [MONITORING_CONFIG, Metrics],
      // While the application is being built, and not after: it may wait for its database for long.
      useFactory: async (config: MonitoringConfig, metrics: Metrics) => {
        const server = new MetricsServer(config, metrics);
        await server.start();
        return server;
      },
    },
  ],
  exports: [Metrics],
})
export class MonitoringModule {}
