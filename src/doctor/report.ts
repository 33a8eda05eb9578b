import type { Status } from "./check.js";
import type { CheckResult } from "./run-checks.js";

const WIDTH = "failure".length;

/** A result as one line for people. */
export function lineOf({ status, name, summary, fix }: CheckResult): string {
  const remedy = fix === undefined ? "" : `. Fix: ${fix}`;
  return `${status.padEnd(WIDTH)}  ${name}: ${`${summary}${remedy}`.replaceAll(/\s*\n\s*/g, " ")}`;
}

/** All results as one document for programs. */
export function documentOf(results: readonly CheckResult[]): string {
  const checks = results.map(({ name, status, summary, fix }) => ({ name, status, summary, fix }));
  return JSON.stringify({ status: worstOf(results), checks }, undefined, 2);
}

export function worstOf(results: readonly CheckResult[]): Status {
  const has = (status: Status) => results.some((result) => result.status === status);
  return has("failure") ? "failure" : has("warning") ? "warning" : "ok";
}
