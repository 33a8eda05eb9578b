import { Injectable } from "@nestjs/common";
import type { Counter, Histogram } from "prom-client";
import { errorAnswer } from "../../common/error-answer.js";
import { Metrics } from "../../monitoring/metrics.js";

const outcomes = ["committed", "rejected", "unauthorized", "overloaded", "unavailable", "abandoned", "failed"] as const;
type ReportOutcome = (typeof outcomes)[number];

const BATCH_SIZES = [1, 2, 5, 10, 25, 50, 100, 250, 500];
const COMMIT_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** What became of a report that ended with `error`; undefined for one that is committed. */
export function outcomeOf(error: unknown, abandoned: boolean): ReportOutcome {
  if (error === undefined) return "committed";
  if (abandoned) return "abandoned";
  const { status, code, internal } = errorAnswer(error);
  if (internal) return "failed";
  if (code === "OVERLOADED") return "overloaded";
  if (status >= 500) return "unavailable";
  return status === 401 ? "unauthorized" : "rejected";
}

/** Counts reports and the commits that they share. */
@Injectable()
export class ReportMetrics {
  private readonly reports: Counter<"result">;
  private readonly batchSize: Histogram;
  private readonly commitSeconds: Histogram;

  constructor(metrics: Metrics) {
    this.reports = metrics.counter({
      name: "fleet_reports_total",
      help:
        "Reports by what became of them: committed; rejected or unauthorized, the agent's fault; overloaded or " +
        "unavailable, to be sent again; abandoned by the agent; failed unexpectedly.",
      labelNames: ["result"],
    });
    for (const result of outcomes) this.reports.inc({ result }, 0);
    this.batchSize = metrics.histogram({
      name: "fleet_report_batch_size",
      help: "Reports that were committed, or should have been, in one transaction.",
      buckets: BATCH_SIZES,
    });
    this.commitSeconds = metrics.histogram({
      name: "fleet_report_commit_seconds",
      help: "How long a transaction with reports took, until it was durable or had failed.",
      buckets: COMMIT_SECONDS,
    });
  }

  ended(error: unknown, abandoned: boolean, count = 1): void {
    this.reports.inc({ result: outcomeOf(error, abandoned) }, count);
  }

  batch(size: number, tookMs: number): void {
    this.batchSize.observe(size);
    this.commitSeconds.observe(tookMs / 1000);
  }
}
