import { Module } from "@nestjs/common";
import { TypeOrmModule } from "@nestjs/typeorm";
import { DatabaseModule } from "../database/database.module.js";
import { LeasesModule } from "../database/leases/leases.module.js";
import { EventLog } from "./event-log.js";
import { EventReader } from "./event-reader.js";
import { EventRetention } from "./event-retention.js";
import { StoredEvent } from "./event.entity.js";
import { EventsController } from "./events.controller.js";
import { FloodGuard } from "./flood-guard.js";
import { liveBusProvider } from "./live/live-bus.provider.js";
import { LiveBusMetrics } from "./live/live-bus-metrics.js";
import { LiveChanges } from "./live/live-changes.js";

/** What happened, for people to look up: the audit and cluster log; and what changes now, for those who watch (`live/`). */
@Module({
  imports: [DatabaseModule, LeasesModule, TypeOrmModule.forFeature([StoredEvent])],
  controllers: [EventsController],
  providers: [
    EventLog,
    FloodGuard,
    EventReader,
    EventRetention,
    liveBusProvider, // redis, postgres, polling or in-process, by cluster.backend
    LiveChanges,
    LiveBusMetrics,
  ],
  exports: [EventLog, FloodGuard, EventReader, LiveChanges],
})
export class EventsModule {}
