import { NestFactory } from "@nestjs/core";
import { ExpressAdapter, type NestExpressApplication } from "@nestjs/platform-express";
import compression from "compression";
import helmet from "helmet";
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import { Server as HttpsServer } from "node:https";
import { constants } from "node:zlib";
import type { Logger } from "pino";
import { AppModule } from "../app.module.js";
import { ErrorFilter } from "../common/error.filter.js";
import { PinoLogger } from "../common/logger.js";
import { validationPipe } from "../common/validation.js";
import type { FleetConfig } from "../config/config-schema.js";
import { webFiles } from "../dashboard/web-files.js";
import { ReportEndpoint } from "../fleet/ingest/report-endpoint.js";
import { reportListener } from "../fleet/ingest/report-listener.js";
import { NodeFacts } from "../lifecycle/node-facts.js";
import { NodeLifecycle } from "../lifecycle/node-lifecycle.js";
import { Metrics } from "../monitoring/metrics.js";
import { ApiDocument } from "../openapi/api-document.js";
import { createNodeServer, handOver } from "./node-server.js";
import { requestGate } from "./request-gate.js";
import { requestLog } from "./request-log.js";
import { timeRequests } from "./request-metrics.js";
import { watchServer } from "./server-metrics.js";
import { certificateEnd } from "./tls.js";

/** Nest would make a server of its own. */
class GivenServerAdapter extends ExpressAdapter {
  constructor(private readonly given: Server) {
    super();
  }

  override initHttpServer(): void {
    this.setHttpServer(this.given);
  }
}

/**
 * Builds the node's HTTP application, its backends opened, behind a server that may listen already. Until the node
 * serves, every request is answered 503.
 */
export async function createApp(
  config: FleetConfig,
  logger: Logger,
  server: Server = createNodeServer(config),
): Promise<NestExpressApplication> {
  const options = {
    logger: new PinoLogger(logger),
    abortOnError: false,
    // Each route reads the body it expects, after its caller is known.
    bodyParser: false,
  };
  const adapter = new GivenServerAdapter(server);
  const app = await NestFactory.create<NestExpressApplication>(AppModule.register(config), adapter, options);
  app.set("trust proxy", config.server.trust_proxy);
  app.disable("x-powered-by");

  app.use(requestLog(logger));
  app.use(
    helmet({
      contentSecurityPolicy: {
        // A node may be reached over plain HTTP, by the guide's own proxy configuration among others.
        directives: { upgradeInsecureRequests: null, styleSrc: ["'self'"], fontSrc: ["'self'"], imgSrc: ["'self'"] },
      },
      // Not helmet's "no-referrer": browsers then send `Origin: null` with a page's own forms, and over plain HTTP nothing
      // else tells them from another site's.
      referrerPolicy: { policy: "same-origin" },
      strictTransportSecurity: server instanceof HttpsServer,
    }),
  );
  app.use((_req: IncomingMessage, res: ServerResponse, next: () => void) => {
    // What one caller was answered is nobody else's, and old by the next time; some routes say more than this.
    res.setHeader("Cache-Control", "private, no-cache");
    next();
  });
  app.use(webFiles());
  // The fastest level: lists of machines are long, alike, and asked for often.
  app.use(compression({ level: constants.Z_BEST_SPEED }));
  app.useGlobalFilters(new ErrorFilter());
  app.useGlobalPipes(validationPipe());
  app.get(ApiDocument).cover(app);

  // Of the one in use: a renewed file that does not fit its key yet changes nothing.
  app.get(NodeFacts).certificateEnd = () => certificateEnd(server);
  const express = app.getHttpAdapter().getInstance() as RequestListener;
  const metrics = app.get(Metrics);
  watchServer(metrics, server);
  const gate = requestGate(app.get(NodeLifecycle), reportListener(app.get(ReportEndpoint), express));
  handOver(server, timeRequests(metrics, gate));
  return app;
}
