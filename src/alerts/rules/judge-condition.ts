/**
 * What is seen of a condition now. `between`: not bad enough to begin, not good enough to end. `unknown`: nobody can tell,
 * and everything stays as it is.
 */
export type Verdict = "bad" | "between" | "good" | "unknown";

/** Since when the condition is waited for, in milliseconds since 1970; `open`: there is an incident. */
export type Standing = { readonly since: number } | "open" | "none";

/** `wait` and `forget`: it begins to be waited for, or no longer is. */
export type Step = "stay" | "wait" | "forget" | "open" | "close";

/** A condition must be bad at every look for `forMs` before it is an incident, and good for one look to end it. */
export function judgeCondition(standing: Standing, verdict: Verdict, forMs: number, now: number): Step {
  if (verdict === "unknown") return "stay";
  if (standing === "open") return verdict === "good" ? "close" : "stay";
  if (standing === "none") {
    if (verdict !== "bad") return "stay";
    return forMs <= 0 ? "open" : "wait";
  }
  if (verdict !== "bad") return "forget";
  return now - standing.since >= forMs ? "open" : "stay";
}
