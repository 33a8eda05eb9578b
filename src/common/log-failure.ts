import { Logger } from "@nestjs/common";
import type { ErrorAnswer } from "./error-answer.js";

const logger = new Logger("Http");

/** Logs a request's failure where it is not the client's own: what nobody foresaw whole, an outage for who debugs. */
export function logFailure(
  error: unknown,
  { internal, status, message }: ErrorAnswer,
  request: { readonly requestId: string; readonly path: string },
): void {
  if (internal) logger.error({ msg: "Unexpected error", ...request, err: error });
  else if (status === 503) logger.debug({ msg: message, ...request, err: error });
}
