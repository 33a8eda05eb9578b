import { decodeEventCursor, encodeEventCursor } from "../../../src/events/event-cursor.js";
import { eventQuery } from "../../../src/events/event-query.js";

describe("eventQuery", () => {
  it("has a limit of 100 and no filters where nothing is asked for", () => {
    expect(eventQuery.parse({})).toEqual({ limit: 100 });
  });

  it.each([
    ["login", ["login.succeeded", "login.failed", "login.locked_out"]],
    ["login.failed", ["login.failed"]],
    ["logout", ["logout"]],
    ["key", ["key.changed"]],
  ])("takes %s for %j", (kind, kinds) => {
    expect(eventQuery.parse({ kind }).kind).toEqual(kinds);
  });

  it("takes times with any zone", () => {
    expect(eventQuery.parse({ from: "2026-01-01T02:00:00+02:00", to: "2026-01-01T00:00:00.5Z" })).toMatchObject({
      from: Date.UTC(2026, 0, 1),
      to: Date.UTC(2026, 0, 1) + 500,
    });
  });

  it.each([
    { kind: "log" },
    { kind: "login." },
    { kind: "" },
    { kind: ["login", "logout"] },
    { limit: "0" },
    { limit: "1001" },
    { limit: "many" },
    { limit: "1.5" },
    { from: "yesterday" },
    { to: "2026-01-01T00:00:00" },
    { subject: "x".repeat(256) },
    { cursor: "x".repeat(201) },
  ])("refuses %j", (query) => {
    expect(eventQuery.safeParse(query).success).toBe(false);
  });
});

describe("an event cursor", () => {
  it("comes back as it went", () => {
    expect(decodeEventCursor(encodeEventCursor({ at: 1_790_000_000_000, id: 42 }))).toEqual({
      at: 1_790_000_000_000,
      id: 42,
    });
  });

  it.each(["", "x", "W10", Buffer.from("[1.5,2]").toString("base64url"), Buffer.from('["1",2]').toString("base64url")])(
    "%j is none",
    (cursor) => {
      expect(() => decodeEventCursor(cursor)).toThrow("The cursor is not one that this server gave");
    },
  );
});
