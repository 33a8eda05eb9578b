import { explainFailure } from "../common/explain-failure.js";
import { type Check, type Finding, NotExaminedError, failure, warning } from "./check.js";

/** A finding with the name of its check. */
export interface CheckResult extends Finding {
  readonly name: string;
}

/**
 * Runs the checks one after the other and gives what each finds as soon as it is there. What cannot be looked at because an
 * earlier check failed is said to be so; no check keeps another from being run by throwing.
 */
export async function* runChecks(checks: readonly Check[]): AsyncGenerator<CheckResult, void, undefined> {
  /** Checks that found a failure, or nothing out: what needs them has nothing to look at. */
  const useless = new Set<string>();
  for (const check of checks) {
    const { findings, isUseful } = await examine(check, useless);
    if (!isUseful) useless.add(check.name);
    for (const finding of findings) yield { name: check.name, ...finding };
  }
}

async function examine(
  check: Check,
  useless: ReadonlySet<string>,
): Promise<{ findings: readonly Finding[]; isUseful: boolean }> {
  const missing = check.needs.find((name) => useless.has(name));
  if (missing !== undefined) {
    const reason = new NotExaminedError({ what: `${missing} comes first`, fix: `mend ${missing}, then look again` });
    return { findings: [notExamined(reason)], isUseful: false };
  }
  try {
    const findings = await check.run();
    return { findings, isUseful: findings.every(({ status }) => status !== "failure") };
  } catch (error) {
    if (error instanceof NotExaminedError) return { findings: [notExamined(error)], isUseful: false };
    const fault = { what: `could not be examined: ${explainFailure(error)}`, fix: "mend this, then look again" };
    return { findings: [failure(fault)], isUseful: false };
  }
}

function notExamined({ message, fix }: NotExaminedError): Finding {
  return warning({ what: `not examined: ${message}`, fix });
}
