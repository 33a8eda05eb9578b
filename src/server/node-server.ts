import { type IncomingMessage, type RequestListener, type Server, type ServerResponse, createServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { FleetConfig } from "../config/config-schema.js";
import { assignRequestId } from "../common/request-id.js";
import { sendError, sendJson } from "../common/send-json.js";
import { noteCertificate, tlsFiles } from "./tls.js";

/** Proxies keep idle connections for about a minute; one that the node closes first would cost a request. */
const KEEP_ALIVE_MS = 75_000;
/** Slow clients are looked for so often, Node.js's own habit; more often where they may take less time than that. */
const LOOK_FOR_SLOW_EVERY_MS = 30_000;

/**
 * The node's HTTP or HTTPS server, which may listen before there is an application, as long as that waits for its
 * database: until `handOver` every request is answered 503.
 */
export function createNodeServer({ server: limits, ssl }: FleetConfig): Server {
  const certificate = tlsFiles(ssl);
  const requestTimeout = limits.request_timeout * 1000;
  const options = { requestTimeout, connectionsCheckingInterval: Math.min(requestTimeout, LOOK_FOR_SLOW_EVERY_MS) };
  const server = certificate ? createHttpsServer({ ...options, ...certificate }) : createServer(options);
  noteCertificate(server, certificate?.cert);
  server.maxConnections = limits.max_connections;
  server.headersTimeout = Math.min(server.requestTimeout, 60_000);
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server.on("request", answerStarting);
}

/** From now on the requests are the application's. */
export function handOver(server: Server, application: RequestListener): void {
  server.off("request", answerStarting);
  server.on("request", application);
}

const starting = {
  status: 503,
  code: "STARTING",
  message: "The node is starting; try again shortly.",
  details: {},
  retryAfterSeconds: 1,
};

/** The answer to every request until the node serves; it lives, which an orchestrator may ask, but is not ready. */
export function answerStarting(req: IncomingMessage, res: ServerResponse): void {
  assignRequestId(req, res);
  if (req.url === "/health/live") sendJson(res, 200, { status: "ok" });
  else sendError(res, starting);
}
