import { type DynamicModule, Module } from "@nestjs/common";
import { AuthModule } from "../auth/auth.module.js";
import { DatabaseModule } from "../database/database.module.js";
import { EventsModule } from "../events/events.module.js";
import { FleetModule } from "../fleet/fleet.module.js";
import { EventFeed } from "./event-feed.js";
import { FleetFeed } from "./fleet-feed.js";
import { MachineFeed } from "./machine-feed.js";
import { NodeFeed } from "./node-feed.js";
import { StreamController } from "./stream.controller.js";
import { StreamHub } from "./stream-hub.js";
import { StreamMetrics } from "./stream-metrics.js";
import { Streams } from "./streams.js";

/** What changes on any node, as it changes, for the pages that are open at this one. */
@Module({})
export class StreamModule {
  /** `clusterModule` is the module that AppModule made: there is one per node, clustered or standalone. */
  static register(clusterModule: DynamicModule): DynamicModule {
    return {
      module: StreamModule,
      imports: [clusterModule, DatabaseModule, EventsModule, AuthModule, FleetModule],
      controllers: [StreamController],
      providers: [MachineFeed, FleetFeed, EventFeed, NodeFeed, StreamHub, StreamMetrics, Streams],
    };
  }
}
