import type { Request } from "express";
import { eventQuery } from "../../../src/events/event-query.js";
import type { EventReader } from "../../../src/events/event-reader.js";
import { EventsController } from "../../../src/events/events.controller.js";

const event = { id: 1, at: "", kind: "logout", subject: "alice", actor: null, address: "192.0.2.1", details: {} };
const reader: Pick<EventReader, "page"> = { page: () => Promise.resolve({ events: [event], nextCursor: "next" }) };
const controller = new EventsController(reader as EventReader);

describe("EventsController", () => {
  it.each([
    ["an admin", { caller: { role: "admin" } }, "192.0.2.1"],
    ["an operator", { caller: { role: "operator" } }, null],
    ["a viewer", { caller: { role: "viewer" } }, null],
    ["whoever is not known", {}, null],
  ])("shows %s addresses only where they may see them", async (_who, req, address) => {
    expect(await controller.list(eventQuery.parse({}), req as unknown as Request)).toEqual({
      events: [{ ...event, address }],
      next_cursor: "next",
    });
  });
});
