import type { Server } from "node:http";
import { type Metrics, showIfKnown } from "../monitoring/metrics.js";
import { certificateEnd } from "./tls.js";

/** The node's own HTTP or HTTPS server: its connections, and the certificate that it shows. */
export function watchServer(metrics: Metrics, server: Server): void {
  if (!metrics.enabled) return;
  const open = metrics.gauge({
    name: "fleet_connections_open",
    help: "Connections to server.port; server.max_connections bounds them.",
  });
  const dropped = metrics.counter({
    name: "fleet_connections_dropped_total",
    help: "Connections turned away because there were server.max_connections already.",
  });
  const end = metrics.gauge({
    name: "fleet_tls_certificate_expiry_timestamp_seconds",
    help: "When the first certificate of the chain in use ends, in seconds since 1970 UTC; absent with plain HTTP.",
  });
  server.on("drop", () => {
    dropped.inc();
  });
  server.on("connection", (socket) => {
    open.inc();
    socket.once("close", () => {
      open.dec();
    });
  });
  metrics.beforeScrape(() => {
    showIfKnown(end, certificateEnd(server));
  });
}
