import { HttpException } from "@nestjs/common";
import { FleetError } from "./fleet-error.js";

/** What a client is told about an error. `internal` errors are logged whole and answered without their details. */
export interface ErrorAnswer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly retryAfterSeconds: number | undefined;
  readonly details: Readonly<Record<string, unknown>>;
  readonly internal: boolean;
}

const known: Record<number, [code: string, message: string]> = {
  400: ["BAD_REQUEST", "The request cannot be understood."],
  401: ["UNAUTHENTICATED", "Log in first."],
  403: ["FORBIDDEN", "Your role does not allow this."],
  404: ["NOT_FOUND", "There is nothing at this address."],
  405: ["METHOD_NOT_ALLOWED", "This address does not take this method."],
  408: ["REQUEST_TIMEOUT", "The request took too long to arrive."],
  413: ["BODY_TOO_LARGE", "The request body is larger than allowed."],
  415: ["UNSUPPORTED_MEDIA_TYPE", "The request body must be JSON (Content-Type: application/json)."],
  429: ["TOO_MANY_REQUESTS", "Too many requests; slow down."],
  503: ["UNAVAILABLE", "The server cannot do this at the moment; try again shortly."],
};

/** The status an error of Express or its body parsers carries (`http-errors` shape). */
function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (error instanceof URIError) return 400;
  if (typeof error === "object" && error !== null && "status" in error && typeof error.status === "number") {
    return error.status;
  }
  return undefined;
}

/** Decides what to tell the client: a FleetError's own words, the standard ones for an HTTP status, or "internal". */
export function errorAnswer(error: unknown): ErrorAnswer {
  if (error instanceof FleetError) {
    const { status, code, message, retryAfterSeconds, details } = error;
    return { status, code, message, retryAfterSeconds, details, internal: false };
  }
  const status = statusOf(error) ?? 500;
  const words = known[status] ?? (status >= 400 && status < 500 ? known[400] : undefined);
  if (words) {
    const [code, message] = words;
    return { status, code, message, retryAfterSeconds: undefined, details: {}, internal: false };
  }
  return {
    status: 500,
    code: "INTERNAL_ERROR",
    message: "Something went wrong in the server; its log tells more under this request id.",
    retryAfterSeconds: undefined,
    details: {},
    internal: true,
  };
}
