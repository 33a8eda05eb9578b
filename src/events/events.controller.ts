import { Controller, Get, Query, Req } from "@nestjs/common";
import type { Request } from "express";
import { Operation, Section } from "../common/operation.js";
import { eventPage } from "./event-answer.js";
import { type EventQuery, eventQuery } from "./event-query.js";
import { EventReader } from "./event-reader.js";

/** The audit and cluster log over REST, for logged-in operators; where people logged in from only admins see. */
@Section("Events")
@Controller("api/fleet/events")
export class EventsController {
  constructor(private readonly reader: EventReader) {}

  @Get()
  @Operation({ id: "listEvents", summary: "Lists what happened, newest first.", answers: { 200: eventPage } })
  async list(@Query({ schema: eventQuery }) query: EventQuery, @Req() req: Request) {
    const { events, nextCursor } = await this.reader.page(query);
    return {
      events: req.caller?.role === "admin" ? events : events.map((event) => ({ ...event, address: null })),
      next_cursor: nextCursor,
    };
  }
}
