import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { errorAnswer } from "../../common/error-answer.js";
import { logFailure } from "../../common/log-failure.js";
import { requestIdOf } from "../../common/request-id.js";
import { nameRoute } from "../../common/request-route.js";
import { sendError, sendJson } from "../../common/send-json.js";
import type { ReportEndpoint } from "./report-endpoint.js";

/** As Express takes addresses: in any case, with a slash behind, and whole (RFC 9112 section 3.2.2). */
const address = /^(?:https?:\/\/[^/?#]*)?(\/api\/fleet\/reports?)\/?(?:\?|$)/i;

/**
 * Answers the requests that bring reports, and leaves every other one to `application`. They are taken at the HTTP server
 * because the way through Express and Nest costs more than all the rest of a report (docs/decisions/0022-reports-before-express.md).
 */
export function reportListener(endpoint: ReportEndpoint, application: RequestListener): RequestListener {
  return (req, res) => {
    const path = req.method === "POST" ? address.exec(req.url ?? "")?.[1]?.toLowerCase() : undefined;
    if (path === undefined) application(req, res);
    else void answer(endpoint, path, req, res);
  };
}

async function answer(endpoint: ReportEndpoint, path: string, req: IncomingMessage, res: ServerResponse) {
  nameRoute(req, path);
  // Of the headers against other sites' pages the one that matters here: no browser sends an agent's key by itself.
  res.setHeader("X-Content-Type-Options", "nosniff");
  try {
    const abandoned = () => res.destroyed;
    sendJson(res, 200, await (path.endsWith("s") ? endpoint.batch(req, abandoned) : endpoint.one(req, abandoned)));
  } catch (error) {
    const failure = errorAnswer(error);
    logFailure(error, failure, { requestId: requestIdOf(res), path });
    if (!res.destroyed) sendError(res, failure);
  }
}
