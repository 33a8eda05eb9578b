import { NestFactory } from "@nestjs/core";
import type { NestExpressApplication } from "@nestjs/platform-express";
import type { NextFunction, Request, Response } from "express";
import helmet from "helmet";
import type { Logger } from "pino";
import { AppModule } from "../app.module.js";
import { ErrorFilter } from "../common/error.filter.js";
import { PinoLogger } from "../common/logger.js";
import { assignRequestId, requestIdOf } from "../common/request-id.js";
import { validationPipe } from "../common/validation.js";
import type { FleetConfig } from "../config/config-schema.js";
import { NodeLifecycle } from "../lifecycle/node-lifecycle.js";
import { requestLog } from "./request-log.js";
import { tlsFiles } from "./tls.js";

/** Proxies keep idle connections for about a minute; one that the node closes first would cost a request. */
const KEEP_ALIVE_MS = 75_000;

/** Builds the node's HTTP application. Until the node serves, every request is answered 503. */
export async function createApp(config: FleetConfig, logger: Logger): Promise<NestExpressApplication> {
  const httpsOptions = tlsFiles(config.ssl);
  const app = await NestFactory.create<NestExpressApplication>(AppModule.register(config), {
    logger: new PinoLogger(logger),
    abortOnError: false,
    // Each route reads the body it expects, after its caller is known.
    bodyParser: false,
    ...(httpsOptions ? { httpsOptions } : {}),
  });
  const lifecycle = app.get(NodeLifecycle);
  app.set("trust proxy", config.server.trust_proxy);
  app.disable("x-powered-by");

  app.use((req: Request, res: Response, next: NextFunction) => {
    assignRequestId(req, res);
    // Moves clients on to other nodes, one answer at a time.
    if (lifecycle.state === "draining") res.setHeader("Connection", "close");
    if (lifecycle.state === "starting") answerStarting(res);
    else next();
  });
  app.use(requestLog(logger));
  app.use(
    helmet({
      contentSecurityPolicy: {
        // A node may be reached over plain HTTP, by the guide's own proxy configuration among others.
        directives: { upgradeInsecureRequests: null, styleSrc: ["'self'"], fontSrc: ["'self'"], imgSrc: ["'self'"] },
      },
      strictTransportSecurity: httpsOptions !== undefined,
    }),
  );
  app.useGlobalFilters(new ErrorFilter());
  app.useGlobalPipes(validationPipe());

  const server = app.getHttpServer();
  server.maxConnections = config.server.max_connections;
  server.requestTimeout = config.server.request_timeout * 1000;
  server.headersTimeout = Math.min(server.requestTimeout, 60_000);
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return app;
}

function answerStarting(res: Response): void {
  res
    .status(503)
    .setHeader("Retry-After", 1)
    .json({ error: "The node is starting; try again shortly.", code: "STARTING", request_id: requestIdOf(res) });
}
