import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from "@nestjs/common";
import { type Request, type Response, json, urlencoded } from "express";
import { promisify } from "node:util";
import type { Observable } from "rxjs";
import { FleetError } from "../common/fleet-error.js";

const LIMIT = "100kb";

/**
 * Reads the body of an operator's request, JSON or a form, for `@Body()`; use it with `@UseInterceptors` on routes that
 * take one. It runs after the guard, so that only callers who may are read. What cannot be read is a 400, 413 or 415.
 */
@Injectable()
export class OperatorBodyInterceptor implements NestInterceptor {
  private readonly parsers = [json({ limit: LIMIT }), urlencoded({ limit: LIMIT, extended: false })].map((parse) =>
    promisify(parse),
  );

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const req = http.getRequest<Request>();
    // Without a type the body counts as none, and the route says what it misses.
    if (req.get("Content-Type") !== undefined && req.is(["json", "+json", "urlencoded"]) === false) {
      throw new FleetError(
        415,
        "UNSUPPORTED_MEDIA_TYPE",
        "Send the body as JSON, with Content-Type: application/json.",
      );
    }
    for (const parse of this.parsers) await parse(req, http.getResponse<Response>());
    return next.handle();
  }
}
