import { MINUTE, reportAt } from "./history-samples.js";
import type { OpenHistory } from "./open-history.js";

/** What every FleetStore promises of two machines that use one id. */
export function testMachineConflicts(history: OpenHistory): void {
  it("tells two machines under one id from one that was changed once", async () => {
    const says = (identity: string | null, minute: number) =>
      reportAt("web-01", history.hour + minute * MINUTE, { identity, infoHash: `info of ${identity ?? "none"}` });
    await history.store.commit([says("first", 1), says("second", 2), says(null, 3), says("second", 4)]);
    expect(await history.store.conflictsSince(0, 10)).toEqual([]);
    await history.store.commit([says("first", 5)]);
    expect(await history.store.conflictsSince(0, 10)).toEqual([{ machineId: "web-01", at: history.hour + 5 * MINUTE }]);
    expect((await history.store.machine("web-01", ""))?.conflictAt).toBe(history.hour + 5 * MINUTE);
    expect(await history.store.conflictsSince(history.hour + 6 * MINUTE, 10)).toEqual([]);
  });

  it("does not take an old report that comes late for another machine", async () => {
    const says = (identity: string, minute: number) =>
      reportAt("web-01", history.hour + minute * MINUTE, {
        identity,
        infoHash: `info of ${identity}`,
        arrivedAt: history.hour + 9 * MINUTE,
      });
    await history.store.commit([says("before the restart", 1), says("after the restart", 5)]);
    await history.store.commit([
      says("before the restart", 2),
      says("before the restart", 3),
      says("after the restart", 6),
    ]);
    expect(await history.store.conflictsSince(0, 10)).toEqual([]);
  });
}
