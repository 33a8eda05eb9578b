import type { IncomingMessage, ServerResponse } from "node:http";

import { waitFor } from "./wait-for.js";
import { answerJson, answerOk, type Received } from "./report-receiver.js";

/** One report as it was taken: its time and the very text. */
export interface TakenReport {
  timestamp: string;
  body: string;
}

/**
 * Answers single and batched reports as the contract says and keeps what it took, so that a test can tell what is missing, what came
 * twice, and in what order. Every switch may be thrown while it runs.
 */
export class ReportLedger {
  /** First arrivals only, in their order. */
  readonly taken: TakenReport[] = [];
  /** Sizes of the batches that were answered 200. */
  readonly batches: number[] = [];
  repeats = 0;
  /** Reports that came again under the same time, but not as the same text. */
  readonly conflicts: string[] = [];
  /** Answers 503 to everything. */
  away = false;
  /** An older server: knows no batches. */
  singleOnly = false;
  /** Answers 413 to a batch of more. */
  largestBatch = 500;
  /** Takes the report, then leaves the agent without an answer. */
  mute = false;
  /** Takes a batch, then cuts the connection. */
  cutsBatches = false;
  refuses: (timestamp: string) => boolean = () => false;
  private readonly known = new Map<string, string>();

  readonly answer = (response: ServerResponse, _index: number, _request: IncomingMessage, received: Received): void => {
    const batched = received.url?.endsWith("/api/fleet/reports") ?? false;
    if (this.away) answerJson(response, 503, { error: "Away", code: "BACKEND_UNAVAILABLE" }, { "Retry-After": "1" });
    else if (batched && this.singleOnly) answerJson(response, 404, { error: "Not found", code: "NOT_FOUND" });
    else if (batched) this.answerBatch(response, received.body.split("\n"));
    else if (!this.take(received.body)) answerJson(response, 400, { error: "Not this one", code: "INVALID_REPORT" });
    else if (!this.mute) answerOk(response);
  };

  get timestamps(): string[] {
    return this.taken.map((report) => report.timestamp);
  }

  /** Waits until all of `timestamps` have been taken. */
  async has(timestamps: string[]): Promise<void> {
    const missing = () => timestamps.filter((one) => !this.known.has(one));
    await waitFor(() => missing().length === 0 || Promise.reject(new Error(`missing: ${missing().join(", ")}`)), {
      what: `${timestamps.length} reports`,
      timeoutMs: 50_000,
    });
  }

  private answerBatch(response: ServerResponse, lines: string[]): void {
    if (lines.length > this.largestBatch) {
      answerJson(response, 413, { error: "Too large", code: "REPORT_TOO_LARGE" });
      return;
    }
    this.batches.push(lines.length);
    const refused = { error: "Not this one", code: "INVALID_REPORT" };
    const results = lines.map((line) => (this.take(line) ? { status: "ok" } : refused));
    if (this.cutsBatches) response.destroy();
    else if (!this.mute) answerJson(response, 200, { results });
  }

  private take(body: string): boolean {
    const { metrics } = JSON.parse(body) as { metrics: { timestamp: string } };
    const { timestamp } = metrics;
    if (this.refuses(timestamp)) return false;
    const known = this.known.get(timestamp);
    if (known === undefined) {
      this.known.set(timestamp, body);
      this.taken.push({ timestamp, body });
    } else if (known === body) this.repeats += 1;
    else this.conflicts.push(timestamp);
    return true;
  }
}
