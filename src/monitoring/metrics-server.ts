import { Inject, Injectable, Logger, type OnApplicationShutdown } from "@nestjs/common";
import { once } from "node:events";
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import { errorAnswer } from "../common/error-answer.js";
import { logFailure } from "../common/log-failure.js";
import { assignRequestId, requestIdOf } from "../common/request-id.js";
import { sendError } from "../common/send-json.js";
import { MONITORING_CONFIG, type MonitoringConfig } from "../config/config.module.js";
import { Metrics } from "./metrics.js";
import { MetricsPortError } from "./metrics-port-error.js";

/** A few Prometheus servers at once, and somebody with a browser. */
const MAX_CONNECTIONS = 50;
const REQUEST_TIMEOUT_MS = 10_000;

const nothingHere = errorAnswer({ status: 404 });

/**
 * Serves the metrics on a port of their own, where no login is asked for: from before the database is reached until
 * everything else has closed, so that a node that waits or drains can be watched.
 */
@Injectable()
export class MetricsServer implements OnApplicationShutdown {
  private readonly logger = new Logger("Metrics");
  private server: Server | undefined;

  constructor(
    @Inject(MONITORING_CONFIG) private readonly config: MonitoringConfig,
    private readonly metrics: Metrics,
  ) {}

  /** Throws MetricsPortError where the address cannot be had. */
  async start(): Promise<void> {
    const { enabled, host, port, endpoint } = this.config;
    if (!enabled) return;
    const server = createServer((req, res) => void this.answer(req, res));
    server.maxConnections = MAX_CONNECTIONS;
    server.requestTimeout = REQUEST_TIMEOUT_MS;
    server.listen(port, host);
    try {
      await once(server, "listening");
    } catch (error) {
      throw new MetricsPortError(host, port, error);
    }
    this.server = server;
    this.logger.log(`Metrics are served on http://${host.includes(":") ? `[${host}]` : host}:${port}${endpoint}`);
  }

  onApplicationShutdown(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }

  private async answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    assignRequestId(req, res);
    res.setHeader("X-Content-Type-Options", "nosniff");
    const path = req.url?.split("?", 1)[0] ?? "";
    if (path !== this.config.endpoint || (req.method !== "GET" && req.method !== "HEAD")) {
      sendError(res, nothingHere);
      return;
    }
    try {
      const text = await this.metrics.text();
      res.writeHead(200, { "Content-Type": this.metrics.contentType, "Content-Length": Buffer.byteLength(text) });
      res.end(req.method === "HEAD" ? undefined : text);
    } catch (error) {
      const failure = errorAnswer(error);
      logFailure(error, failure, { requestId: requestIdOf(res), path });
      sendError(res, failure);
    }
  }
}
