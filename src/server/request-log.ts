import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import { pinoHttp } from "pino-http";
import { requestIdOf } from "../common/request-id.js";

/** Agents and probes come thousands of times a second; their requests are counted, not logged. */
const unlogged = /^\/(api\/fleet\/(report|reports|commands\/[^?]*|cluster\/health)|health\/\w+)(\?|$)/;

type Middleware = (req: IncomingMessage, res: ServerResponse, next: () => void) => void;

/** Logs one line per request: failures where an operator sees them, the rest at debug level. No headers, no query. */
export function requestLog(logger: Logger): Middleware {
  const log = pinoHttp({
    logger: logger.child({ context: "Http" }),
    genReqId: (_req, res) => requestIdOf(res),
    customLogLevel: (_req, res, error) => {
      if (error ?? res.statusCode >= 500) return "warn";
      return res.statusCode >= 400 ? "info" : "debug";
    },
    customSuccessMessage: describe,
    customErrorMessage: describe,
    // A request's headers hold cookies and keys.
    serializers: { req: () => undefined },
    customSuccessObject: fields,
    customErrorObject: (_req, res, error, value: Timed) => ({ ...fields(_req, res, value), reason: error.message }),
  });
  return (req, res, next) => {
    if (unlogged.test(req.url ?? "")) next();
    else log(req, res, next);
  };
}

interface Timed {
  readonly responseTime?: number;
}

function fields(_req: IncomingMessage, res: ServerResponse, { responseTime }: Timed) {
  return { requestId: requestIdOf(res), status: res.statusCode, ms: responseTime };
}

function describe(req: IncomingMessage, res: ServerResponse): string {
  const url = "originalUrl" in req ? String(req.originalUrl) : (req.url ?? "");
  return `${req.method ?? ""} ${url.split("?", 1)[0] ?? ""} ${res.statusCode}`;
}
