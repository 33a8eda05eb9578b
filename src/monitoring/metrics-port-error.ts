import { explainFailure } from "../common/explain-failure.js";

/** Metrics are asked for and cannot be served at their address. */
export class MetricsPortError extends Error {
  readonly code = "METRICS_PORT";

  constructor(host: string, port: number, cause: unknown) {
    super(
      `Metrics cannot be served on ${host} port ${port}: ${explainFailure(cause)}; set monitoring.host and ` +
        `monitoring.port to an address of this machine that no other program uses, or monitoring.enabled to false`,
      { cause },
    );
    this.name = new.target.name;
  }
}
