import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

const HEADER = "X-Request-Id";
const wellFormed = /^[\w.:/+=-]{1,128}$/;

/** Takes the caller's `X-Request-Id` where it is safe to log, else makes one, and returns it with the answer. */
export function assignRequestId(req: IncomingMessage, res: ServerResponse): void {
  const given = req.headers["x-request-id"];
  res.setHeader(HEADER, typeof given === "string" && wellFormed.test(given) ? given : randomUUID());
}

/** What names the request in logs and error answers. */
export function requestIdOf(res: ServerResponse): string {
  return String(res.getHeader(HEADER) ?? "");
}
