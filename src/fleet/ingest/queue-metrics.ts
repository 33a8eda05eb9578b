import { Injectable } from "@nestjs/common";
import { Metrics } from "../../monitoring/metrics.js";
import { ReportWriter } from "./report-writer.js";

/** How many reports wait for their commit. */
@Injectable()
export class QueueMetrics {
  constructor(metrics: Metrics, writer: ReportWriter) {
    const waiting = metrics.gauge({
      name: "fleet_reports_waiting",
      help: "Reports that wait until the transaction before theirs has ended; past 2,000 more are answered 503.",
    });
    metrics.beforeScrape(() => {
      waiting.set(writer.waitingCount);
    });
  }
}
