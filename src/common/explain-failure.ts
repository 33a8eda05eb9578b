import { BackendUnavailableError } from "./fleet-error.js";

/** An error in one line for the log, with what lies behind an unavailable backend. */
export function explainFailure(error: unknown): string {
  if (error instanceof BackendUnavailableError && error.cause !== undefined) {
    return `${error.message} (${explainFailure(error.cause)})`;
  }
  if (!(error instanceof Error)) return String(error);
  // Of a host name with several addresses Node reports the failures together, under an empty message.
  if (error instanceof AggregateError && error.message === "") return error.errors.map(explainFailure).join("; ");
  return error.message;
}
