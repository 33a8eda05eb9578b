import type { Metrics } from "../reported.js";
import { metricsOf } from "./figures.js";
import type { HistoryPoint } from "./history-answer.js";
import type { RolledFigures, StoredRollup, StoredSample } from "./history-query.js";

/** The whole sample where it was kept, else its figures in the same shape. */
export function samplePoint({ at, figures, metrics }: StoredSample): HistoryPoint {
  return {
    timestamp: new Date(at).toISOString(),
    metrics: metrics === null ? metricsOf(figures) : (JSON.parse(metrics) as Metrics),
  };
}

/** Some samples as one point: means in `metrics`, the highest values in `max`, and how many samples they are of. */
export function rollupPoint({ at, count, mean, max }: StoredRollup): HistoryPoint {
  return { timestamp: new Date(at).toISOString(), metrics: rolledMetrics(mean), max: rolledMetrics(max), count };
}

/** In the shape of an agent's metrics, with rates (bytes per second) in place of its counters. */
function rolledMetrics({ sentRate, receivedRate, ...figures }: RolledFigures): Metrics {
  const rates = [
    ["bytes_sent_per_second", sentRate],
    ["bytes_recv_per_second", receivedRate],
  ].filter(([, value]) => value !== null);
  const metrics = metricsOf({ ...figures, bytesSent: null, bytesReceived: null, processes: null });
  return rates.length === 0 ? metrics : { ...metrics, network: Object.fromEntries(rates) };
}
