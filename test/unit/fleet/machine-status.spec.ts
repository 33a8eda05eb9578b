import fc from "fast-check";
import { lastSeenRange, machineStatus, machineStatuses } from "../../../src/fleet/machines/machine-status.js";

const limits = { warningAfterMs: 30_000, offlineAfterMs: 60_000 };

describe("machineStatus", () => {
  it.each([
    [-5_000, "online"],
    [0, "online"],
    [30_000, "online"],
    [30_001, "warning"],
    [60_000, "warning"],
    [60_001, "offline"],
  ])("calls a machine last seen %d ms ago %s", (ageMs, expected) => {
    expect(machineStatus(ageMs, limits)).toBe(expected);
  });

  it("agrees with the range of last-seen times that the database selects by", () => {
    const now = 1_800_000_000_000;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 120_000 }), fc.constantFrom(...machineStatuses), (ageMs, status) => {
        const { from, to } = lastSeenRange(status, now, limits);
        const selected = now - ageMs >= from && now - ageMs <= to;
        expect(selected).toBe(machineStatus(ageMs, limits) === status);
      }),
    );
  });
});
