import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { assignRequestId } from "../common/request-id.js";
import { sendError } from "../common/send-json.js";
import type { NodeLifecycle } from "../lifecycle/node-lifecycle.js";
import { answerStarting } from "./node-server.js";

/**
 * Stands before everything that answers requests: gives each its id, answers itself while the node starts or refuses to
 * serve, and sends clients on to other nodes while it drains.
 */
export function requestGate(lifecycle: NodeLifecycle, application: RequestListener): RequestListener {
  return (req, res) => {
    if (lifecycle.state === "starting") {
      answerStarting(req, res);
      return;
    }
    assignRequestId(req, res);
    // Moves clients on to other nodes, one answer at a time.
    if (lifecycle.state === "draining") res.setHeader("Connection", "close");
    if (lifecycle.refusesBecause !== undefined && !isProbe(req)) answerRefusing(res, lifecycle.refusesBecause);
    else application(req, res);
  };
}

/** Probes say themselves why the node must get no requests. */
function isProbe({ url = "" }: IncomingMessage): boolean {
  const path = url.split("?", 1)[0] ?? "";
  return path.startsWith("/health/") || path === "/api/fleet/cluster/health";
}

function answerRefusing(res: ServerResponse, message: string): void {
  sendError(res, { status: 503, code: "NODE_REFUSES", message, details: {}, retryAfterSeconds: 5 });
}
