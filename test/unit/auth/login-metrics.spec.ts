import { resultOfFailure } from "../../../src/auth/login-metrics.js";
import { TooManyAttemptsError } from "../../../src/auth/throttling/too-many-attempts-error.js";
import { BackendUnavailableError, FleetError } from "../../../src/common/fleet-error.js";

describe("what became of an attempt to log in", () => {
  it.each([
    { error: new FleetError(401, "INVALID_CREDENTIALS", "Wrong."), result: "failed" },
    { error: new TooManyAttemptsError(5_000), result: "throttled" },
    { error: new FleetError(499, "CLIENT_GONE", "Gone."), result: "abandoned" },
    { error: new BackendUnavailableError("session store"), result: "error" },
    { error: new TypeError("a bug"), result: "error" },
  ])("is $result", ({ error, result }) => {
    expect(resultOfFailure(error)).toBe(result);
  });
});
