import { Module, type OnApplicationShutdown } from "@nestjs/common";
import { LeasesModule } from "../database/leases/leases.module.js";
import { DatabaseModule } from "../database/database.module.js";
import { DatabaseSecrets } from "../database/database-secrets.js";
import { EventsModule } from "../events/events.module.js";
import { FleetHashes } from "./fleet-hashes.js";
import { historyLimitsProvider } from "./history/history-limits.js";
import { HistoryController } from "./history/history.controller.js";
import { HistoryUpkeep } from "./history/history-upkeep.js";
import { HistoryService } from "./history/history.service.js";
import { CommandsController } from "./ingest/commands.controller.js";
import { InfoReader } from "./ingest/info-reader.js";
import { QueueMetrics } from "./ingest/queue-metrics.js";
import { ReportEndpoint } from "./ingest/report-endpoint.js";
import { ReportMetrics } from "./ingest/report-metrics.js";
import { ReportReader } from "./ingest/report-reader.js";
import { ReportWriter } from "./ingest/report-writer.js";
import { ConflictWatch } from "./machines/conflict-watch.js";
import { MachineMetrics } from "./machines/machine-metrics.js";
import { MachinesController } from "./machines/machines.controller.js";
import { MachinesService } from "./machines/machines.service.js";
import { OverviewService } from "./machines/overview.service.js";
import { FleetStore } from "./store/fleet-store.js";
import { FleetWatch } from "./watch/fleet-watch.js";
import { fleetStoreProvider } from "./store/fleet-store.provider.js";

/** Reports in (`ingest/`), machines and their history out. */
@Module({
  imports: [DatabaseModule, LeasesModule, EventsModule],
  controllers: [CommandsController, MachinesController, HistoryController],
  providers: [
    fleetStoreProvider,
    {
      provide: FleetHashes,
      inject: [DatabaseSecrets],
      useFactory: (secrets: DatabaseSecrets) => new FleetHashes(secrets),
    },
    InfoReader,
    ReportReader,
    ReportWriter,
    ReportEndpoint,
    ReportMetrics,
    QueueMetrics,
    MachinesService,
    MachineMetrics,
    OverviewService,
    historyLimitsProvider,
    HistoryService,
    HistoryUpkeep,
    ConflictWatch,
    FleetWatch,
  ],
  exports: [FleetStore, MachinesService, FleetWatch],
})
export class FleetModule implements OnApplicationShutdown {
  constructor(private readonly store: FleetStore) {}

  async onApplicationShutdown(): Promise<void> {
    await this.store.close();
  }
}
