import { printable } from "./server-answer.js";

/** What a server decided about a report; a refused one would be refused again. */
export type Decision = { fate: "taken" } | { fate: "refused"; reason: string };

/** What became of one report of a batch. `later`: the server could not store it just now. */
export type ReportFate = Decision | { fate: "later" };

// The codes that a single report gets with 503: about the server, not about the report.
const LATER_CODES = new Set(["OVERLOADED", "BACKEND_UNAVAILABLE"]);

/**
 * Reads the body of a 200 to `POST /api/fleet/reports`: `{"results":[{"status":"ok"} or {"error","code"}, ...]}`, one per report
 * and in order. `null` when it is anything else, or is not about `count` reports.
 */
export function readBatchAnswer(body: string, count: number): ReportFate[] | null {
  let results: unknown;
  try {
    const parsed: unknown = JSON.parse(body);
    results = typeof parsed === "object" && parsed !== null && "results" in parsed ? parsed.results : null;
  } catch {
    return null;
  }
  return Array.isArray(results) && results.length === count ? results.map(fateOf) : null;
}

function fateOf(result: unknown): ReportFate {
  if (typeof result !== "object" || result === null) return { fate: "refused", reason: "no reason given" };
  if ("status" in result && result.status === "ok") return { fate: "taken" };
  const code = "code" in result && typeof result.code === "string" ? result.code : "";
  if (LATER_CODES.has(code)) return { fate: "later" };
  const sentence = "error" in result && typeof result.error === "string" ? result.error : code;
  return { fate: "refused", reason: `"${printable(sentence)}"` };
}
