import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { routeOf } from "../common/request-route.js";
import type { Metrics } from "../monitoring/metrics.js";

/** Agents give up after five seconds. */
const BUCKETS_S = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** What nginx calls a request whose client went away before its answer. */
const CLIENT_GONE = "499";

export type RequestLabels = Readonly<Record<"method" | "route" | "status", string>>;

/** Bounded whatever clients send: patterns of routes, never paths. Null for what has no duration worth knowing. */
export function labelsOf(req: IncomingMessage, res: ServerResponse): RequestLabels | null {
  const isStream = String(res.getHeader("content-type") ?? "").startsWith("text/event-stream");
  // It lasts as long as somebody looks at a page.
  if (isStream) return null;
  const { method = "" } = req;
  return {
    method: methods.has(method) ? method : "other",
    route: routeOf(req) ?? "none",
    status: res.writableEnded ? String(res.statusCode) : CLIENT_GONE,
  };
}

/** Stands before all of `application` and times each request, from its head to the end of its answer. */
export function timeRequests(metrics: Metrics, application: RequestListener): RequestListener {
  if (!metrics.enabled) return application;
  const durations = metrics.histogram({
    name: "fleet_http_request_duration_seconds",
    help: "How long requests took; status 499 where the client went away before its answer, route none where there is none.",
    labelNames: ["method", "route", "status"],
    buckets: BUCKETS_S,
  });
  return (req, res) => {
    const startedAt = performance.now();
    res.on("close", () => {
      const labels = labelsOf(req, res);
      if (labels) durations.observe(labels, (performance.now() - startedAt) / 1000);
    });
    application(req, res);
  };
}
