import type { FleetStore } from "../../src/fleet/store/fleet-store.js";
import { NOW, report } from "../support/accepted-report.js";
import type { OpenFleet } from "./open-fleet.js";

/** What every FleetStore promises of several nodes on one database. */
export function testFleetSharing(fleet: OpenFleet): void {
  it("loses nothing when two nodes commit the same machines at once in opposite orders", async () => {
    const other = fleet.open();
    const ids = Array.from({ length: 40 }, (_, index) => `m-${index}`);
    const rounds = Array.from({ length: 15 }, (_, round) => round);
    const commitAll = async (by: FleetStore, order: readonly string[], offsetMs: number) => {
      for (const round of rounds) {
        const at = NOW + round * 10_000 + offsetMs;
        await by.commit(order.map((id) => report(id, 0, { sampledAt: at, arrivedAt: at })));
      }
    };
    await Promise.all([commitAll(fleet.store, ids, 0), commitAll(other, ids.toReversed(), 1)]);
    const expected = rounds.flatMap((round) => [NOW + round * 10_000, NOW + round * 10_000 + 1]);
    for (const id of ids) {
      expect(await fleet.sampleTimes(id)).toEqual(expected);
      expect((await fleet.machine(id)).lastSeen).toBe(expected.at(-1));
    }
  });

  it("stores a report once that two nodes commit at the same moment", async () => {
    const other = fleet.open();
    for (let round = 0; round < 10; round++) {
      const timed = Array.from({ length: 10 }, (_, index) => report(`timed-${round}-${index}`, 5));
      const untimed = timed.map((each, index) => ({
        ...each,
        machineId: `hash-${round}-${index}`,
        repeatHash: "same",
      }));
      const batch = [...timed, ...untimed];
      await Promise.all([fleet.store.commit(batch), other.commit(batch.toReversed())]);
      for (const { machineId } of batch) expect(await fleet.sampleTimes(machineId)).toEqual([NOW - 5_000]);
    }
  });

  it("keeps the newest info when nodes take turns with reports of different info", async () => {
    const other = fleet.open();
    const said = (secondsAgo: number, words: string) =>
      report("web-01", secondsAgo, { info: `{"says":"${words}"}`, infoHash: words, serialHash: words });
    const infoIs = async (words: string) => {
      expect((await fleet.machine("web-01")).info).toBe(`{"says":"${words}"}`);
      expect(await fleet.store.machine("", words)).not.toBeNull();
    };
    await fleet.store.commit([said(60, "first")]);
    await other.commit([said(50, "second")]);
    await infoIs("second");
    await fleet.store.commit([said(40, "first")]);
    await infoIs("first");
    await other.commit([said(30, "second"), report("web-02", 30)]);
    await infoIs("second");
    await fleet.store.commit([said(20, "first"), said(10, "second")]);
    await infoIs("second");
    await other.remove("web-01");
    await fleet.store.commit([said(5, "second")]);
    await infoIs("second");
  });
}
