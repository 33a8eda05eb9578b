import type { ServerResponse } from "node:http";
import type { ErrorAnswer } from "./error-answer.js";
import { requestIdOf } from "./request-id.js";

/** Ends the answer with JSON. Text and length known beforehand, headers and body leave in one piece. */
export function sendJson(res: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  res.writeHead(status, {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": Buffer.byteLength(text),
  });
  res.end(text);
}

/** Ends the answer with an error in the one shape that clients know: `{"error","code","request_id"}`. */
export function sendError(
  res: ServerResponse,
  { status, message, code, details, retryAfterSeconds }: Omit<ErrorAnswer, "internal">,
): void {
  if (retryAfterSeconds !== undefined) res.setHeader("Retry-After", retryAfterSeconds);
  sendJson(res, status, { error: message, code, ...details, request_id: requestIdOf(res) });
}
