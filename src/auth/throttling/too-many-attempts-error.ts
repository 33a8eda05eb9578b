import { FleetError } from "../../common/fleet-error.js";

/** The same for every name, whether there is such a user or not. */
export class TooManyAttemptsError extends FleetError {
  constructor(waitMs: number) {
    const seconds = Math.max(Math.ceil(waitMs / 1000), 1);
    super(429, "TOO_MANY_ATTEMPTS", `Too many failed logins. Try again in ${duration(seconds)}.`, {
      retryAfterSeconds: seconds,
    });
  }
}

function duration(seconds: number): string {
  if (seconds > 120) return `${Math.ceil(seconds / 60)} minutes`;
  return seconds === 1 ? "1 second" : `${seconds} seconds`;
}
