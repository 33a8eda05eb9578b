import { Injectable } from "@nestjs/common";
import type { Counter } from "prom-client";
import { errorAnswer } from "../common/error-answer.js";
import { Metrics } from "../monitoring/metrics.js";

const results = ["succeeded", "failed", "throttled", "abandoned", "error"] as const;
type LoginResult = (typeof results)[number];

/** What became of an attempt that ended with `error`. */
export function resultOfFailure(error: unknown): LoginResult {
  switch (errorAnswer(error).status) {
    case 401:
      return "failed";
    case 429:
      return "throttled";
    case 499:
      return "abandoned";
    default:
      return "error";
  }
}

/** Counts attempts to log in at this node. */
@Injectable()
export class LoginMetrics {
  private readonly attempts: Counter<"result">;

  constructor(metrics: Metrics) {
    this.attempts = metrics.counter({
      name: "fleet_login_attempts_total",
      help: "Attempts to log in: succeeded, failed (wrong name or password), throttled, abandoned by the client, or error.",
      labelNames: ["result"],
    });
    for (const result of results) this.attempts.inc({ result }, 0);
  }

  /** Resolves and rejects as `attempt` does. */
  async counted<T>(attempt: Promise<T>): Promise<T> {
    try {
      const answer = await attempt;
      this.attempts.inc({ result: "succeeded" });
      return answer;
    } catch (error) {
      this.attempts.inc({ result: resultOfFailure(error) });
      throw error;
    }
  }
}
