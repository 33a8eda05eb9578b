import { eventKinds } from "../../../src/events/event-kinds.js";
import { eventLine, isWarning } from "../../../src/events/event-line.js";
import type { NewEvent } from "../../../src/events/new-event.js";

describe("eventLine", () => {
  it.each<[NewEvent, string]>([
    [{ kind: "node.joined", subject: "node-1" }, 'node.joined: "node-1"'],
    [{ kind: "login.failed", subject: "alice", address: "192.0.2.1" }, 'login.failed: "alice" from "192.0.2.1"'],
    [
      { kind: "user.changed", subject: "bob", actor: "alice", address: "::1", details: { role: "admin", times: 2 } },
      'user.changed: "bob" by "alice" from "::1" role="admin" times=2',
    ],
    [{ kind: "login.failed", subject: 'a"\nINFO x', address: undefined }, 'login.failed: "a\\"?INFO x"'],
    [
      { kind: "logout", subject: "a", address: "1\u001b[31m", details: { b: "c\nd", e: null } },
      'logout: "a" from "1?[31m" b="c?d" e=null',
    ],
  ])("%j", (event, line) => {
    expect(eventLine(event)).toBe(line);
  });
});

it("somebody should look at lock-outs, at what went wrong, and at what nobody could be told", () => {
  expect(eventKinds.filter(isWarning)).toEqual([
    "node.inactive",
    "node.mismatched",
    "node.record_rejected",
    "login.locked_out",
    "machine.id_conflict",
    "incident.opened",
    "notification.failed",
  ]);
});
