import type { NestExpressApplication } from "@nestjs/platform-express";
import { once } from "node:events";
import { Server as HttpsServer } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { FleetConfig } from "../config/config-schema.js";
import { NodeLifecycle } from "../lifecycle/node-lifecycle.js";
import { createApp } from "./create-app.js";
import { createNodeServer } from "./node-server.js";
import { reloadTlsOnChange } from "./tls.js";

const ENDING = ["SIGTERM", "SIGINT"] as const;

/** Runs one node until it is told to stop; resolves with the process's exit code. Rejects when it cannot start. */
export async function runNode(config: FleetConfig, logger: Logger): Promise<number> {
  if (config.server.db_encryption_key.length > 0) logger.info("Using ENCRYPTED database storage");
  if (config.server.encryption_key.length > 0) logger.info("End-to-end payload encryption ENABLED (AES-256-GCM)");

  const server = createNodeServer(config);
  // The port first: a second process started by mistake fails here, before it takes the node id from the first; and
  // whoever asks is told that the node starts, however long its database lets it wait.
  server.listen(config.server.port, config.server.host);
  await once(server, "listening");
  reloadTlsOnChange(server, config.ssl);

  const early = new AbortController();
  const app = await Promise.race([createApp(config, logger, server), anySignal(early.signal)]);
  early.abort();
  if (typeof app === "string") {
    logger.info(`${app}: ending before the node has started`);
    return 0;
  }
  const lifecycle = app.get(NodeLifecycle);
  const ended = endOf(app, lifecycle, config, logger);
  try {
    await app.init();
  } catch (error) {
    await app.close();
    throw error;
  }
  if (lifecycle.state !== "starting" || lifecycle.hasAborted) return ended;
  // One that refuses to serve has started as well: it says why to whoever asks, and may be let in later.
  lifecycle.serve();
  const address = `${config.server.host}:${config.server.port} (${server instanceof HttpsServer ? "HTTPS" : "HTTP"})`;
  if (lifecycle.refusesBecause === undefined) logger.info(`Fleet server started on ${address}`);
  else logger.warn(`Listening on ${address}, and refusing to serve`);
  return ended;
}

/** Resolves with the first signal that asks the process to end; forgets about them when `enough` is aborted. */
function anySignal(enough: AbortSignal): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ENDING) process.once(signal, resolve);
    enough.addEventListener("abort", () => {
      for (const signal of ENDING) process.off(signal, resolve);
    });
  });
}

/** Resolves with the exit code once the node has shut down, by a signal or because it must not serve any longer. */
function endOf(
  app: NestExpressApplication,
  lifecycle: NodeLifecycle,
  { server }: FleetConfig,
  logger: Logger,
): Promise<number> {
  return new Promise((resolve) => {
    lifecycle.once("fatal", (reason, exitCode) => {
      logger.error(`This node stops serving: ${reason}`);
      // Others may already act on what it held; nothing more is to be written in its name.
      resolve(exitCode);
    });
    const onSignal = (signal: NodeJS.Signals) => {
      if (lifecycle.state === "draining") {
        logger.warn(`${signal} again: ending at once`);
        resolve(1);
        return;
      }
      logger.info(`${signal}: draining for ${server.drain_seconds} s`);
      void sleep(server.shutdown_timeout * 1000).then(() => {
        logger.warn(`Not shut down within ${server.shutdown_timeout} s: ending at once`);
        resolve(1);
      });
      void shutDown(app, lifecycle, server.drain_seconds).then(
        () => {
          logger.info("Fleet server stopped");
          resolve(0);
        },
        (error: unknown) => {
          logger.error({ err: error }, "Shutting down failed");
          resolve(1);
        },
      );
    };
    for (const signal of ENDING) process.on(signal, onSignal);
  });
}

/**
 * In order: probes fail and the record says `draining`; the load balancer notices while everything is still served;
 * the listener closes and requests in flight finish; then the modules close, those that others depend on last (Nest's
 * shutdown hooks): the cluster record becomes `stopped`, the database closes.
 */
async function shutDown(app: NestExpressApplication, lifecycle: NodeLifecycle, drainSeconds: number): Promise<void> {
  lifecycle.drain();
  await sleep(drainSeconds * 1000);
  // An answer begun before the drain kept its connection open; once idle, it must not hold the listener for its whole
  // keep-alive time.
  const closeIdle = setInterval(() => {
    app.getHttpServer().closeIdleConnections();
  }, 100);
  await app.close();
  clearInterval(closeIdle);
  lifecycle.stop();
}
