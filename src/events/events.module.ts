import { Module } from "@nestjs/common";
import { TypeOrmModule } from "@nestjs/typeorm";
import { DatabaseModule } from "../database/database.module.js";
import { EventLog } from "./event-log.js";
import { StoredEvent } from "./event.entity.js";

/** What happened, for people to look up: the audit and cluster log. */
@Module({
  imports: [DatabaseModule, TypeOrmModule.forFeature([StoredEvent])],
  providers: [EventLog],
  exports: [EventLog],
})
export class EventsModule {}
