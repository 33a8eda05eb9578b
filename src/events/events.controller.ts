import { Controller, Get, Query, Req } from "@nestjs/common";
import type { Request } from "express";
import { valueAt } from "../common/value-at.js";
import { type EventQuery, eventQuery } from "./event-query.js";
import { EventReader } from "./event-reader.js";

/** The audit and cluster log over REST, for logged-in operators; where people logged in from only admins see. */
@Controller("api/fleet/events")
export class EventsController {
  constructor(private readonly reader: EventReader) {}

  @Get()
  async list(@Query({ schema: eventQuery }) query: EventQuery, @Req() req: Request) {
    const { events, nextCursor } = await this.reader.page(query);
    return {
      events: isAdmin(req) ? events : events.map((event) => ({ ...event, address: null })),
      next_cursor: nextCursor,
    };
  }
}

/** The session's type belongs to a floor above; whoever is not known to be an admin is none. */
function isAdmin(req: Request): boolean {
  return valueAt(req, ["session", "user", "role"]) === "admin";
}
