import { type ArgumentsHost, Catch, type ExceptionFilter } from "@nestjs/common";
import type { Request, Response } from "express";
import { errorAnswer } from "./error-answer.js";
import { logFailure } from "./log-failure.js";
import { requestIdOf } from "./request-id.js";
import { sendError } from "./send-json.js";

/** Turns every error into the one shape clients know: `{"error","code","request_id"}`; pages are sent to the login. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const req = host.switchToHttp().getRequest<Request>();
    const res = host.switchToHttp().getResponse<Response>();
    const answer = errorAnswer(error);
    logFailure(error, answer, { requestId: requestIdOf(res), path: req.path });
    if (res.headersSent) {
      res.end();
      return;
    }
    // A page that is shown already comes back by itself.
    if (answer.status === 503 && isPage(req)) res.setHeader("Refresh", answer.retryAfterSeconds ?? 5);
    if (answer.status === 401 && isPage(req)) {
      res.redirect(302, `/login?next=${encodeURIComponent(req.originalUrl)}`);
      return;
    }
    sendError(res, answer);
  }
}

/** Pages are what a person opens in a browser; everything below /api/ is for programs, but the page that describes it. */
function isPage(req: Request): boolean {
  const forPeople = !req.path.startsWith("/api/") || req.path === "/api/docs";
  return (req.method === "GET" || req.method === "HEAD") && forPeople;
}
