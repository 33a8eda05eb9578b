import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from "@nestjs/common";
import type { Request, Response } from "express";
import { errorAnswer } from "./error-answer.js";
import { requestIdOf } from "./request-id.js";

/** Turns every error into the one shape clients know: `{"error","code","request_id"}`; pages are sent to the login. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger("Http");

  catch(error: unknown, host: ArgumentsHost): void {
    const req = host.switchToHttp().getRequest<Request>();
    const res = host.switchToHttp().getResponse<Response>();
    const answer = errorAnswer(error);
    const requestId = requestIdOf(res);
    if (answer.internal) {
      this.logger.error({ msg: "Unexpected error", requestId, path: req.path, err: error });
    } else if (answer.status === 503) {
      this.logger.debug({ msg: answer.message, requestId, path: req.path, err: error });
    }
    if (res.headersSent) {
      res.end();
      return;
    }
    if (answer.retryAfterSeconds !== undefined) res.setHeader("Retry-After", answer.retryAfterSeconds);
    // A page that is shown already comes back by itself.
    if (answer.status === 503 && isPage(req)) res.setHeader("Refresh", answer.retryAfterSeconds ?? 5);
    if (answer.status === 401 && isPage(req)) {
      res.redirect(302, `/login?next=${encodeURIComponent(req.originalUrl)}`);
      return;
    }
    res
      .status(answer.status)
      .json({ error: answer.message, code: answer.code, ...answer.details, request_id: requestId });
  }
}

/** Pages are what a person opens in a browser; everything below /api/ is for programs. */
function isPage(req: Request): boolean {
  return (req.method === "GET" || req.method === "HEAD") && !req.path.startsWith("/api/");
}
