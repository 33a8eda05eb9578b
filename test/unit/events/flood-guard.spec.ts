import type { EventLog } from "../../../src/events/event-log.js";
import { FloodGuard } from "../../../src/events/flood-guard.js";
import type { NewEvent } from "../../../src/events/new-event.js";

describe("FloodGuard", () => {
  const failed = (subject: string): NewEvent => ({ kind: "login.failed", subject });

  it("records the first of a flood one by one and the rest as their number", async () => {
    const recorded: NewEvent[] = [];
    const noted: NewEvent[] = [];
    const log: Pick<EventLog, "record" | "note"> = {
      record: (event) => {
        recorded.push(event);
        return Promise.resolve();
      },
      note: (event) => noted.push(event),
    };
    const guard = new FloodGuard(log as EventLog);
    const flood = Array.from({ length: 1_000 }, (_, number) => failed(`name-${number}`));
    await Promise.all(flood.map((event) => guard.record(event)));
    await guard.record({ kind: "login.locked_out", subject: "another kind" });
    guard.beforeApplicationShutdown();

    const ofKind = recorded.filter(({ kind }) => kind === "login.failed");
    expect(ofKind.slice(0, 60)).toEqual(flood.slice(0, 60));
    // A slow machine may have made room for some more meanwhile, one a second.
    expect(ofKind.length).toBeLessThan(90);
    expect(noted).toEqual([{ kind: "login.failed", subject: "*", details: { further: 1_000 - ofKind.length } }]);
    expect(recorded.filter(({ kind }) => kind === "login.locked_out")).toHaveLength(1);
  });
});
