import { BackendUnavailableError, FleetError } from "../../../src/common/fleet-error.js";
import { overloaded, tooLarge } from "../../../src/fleet/ingest/report-errors.js";
import { outcomeOf } from "../../../src/fleet/ingest/report-metrics.js";

describe("what became of a report", () => {
  it.each([
    { error: undefined, outcome: "committed" },
    { error: tooLarge(5), outcome: "rejected" },
    { error: new FleetError(401, "INVALID_API_KEY", "Wrong."), outcome: "unauthorized" },
    { error: overloaded(), outcome: "overloaded" },
    { error: new BackendUnavailableError("database"), outcome: "unavailable" },
    { error: new TypeError("a bug"), outcome: "failed" },
  ])("is $outcome", ({ error, outcome }) => {
    expect(outcomeOf(error, false)).toBe(outcome);
  });

  it("is abandoned where nobody waits for an answer any more, unless it is committed", () => {
    expect(outcomeOf(overloaded(), true)).toBe("abandoned");
    expect(outcomeOf(undefined, true)).toBe("committed");
  });
});
