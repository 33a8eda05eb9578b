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
  /** Checks that leave nothing to look at for those that need them, each with the one that all began with. */
  const causes = new Map<string, string>();
  for (const check of checks) {
    const cause = check.needs.map((name) => causes.get(name)).find((name) => name !== undefined);
    const { findings, isUseful } = cause === undefined ? await examine(check) : useless(notExaminedFor(cause));
    if (!isUseful) causes.set(check.name, cause ?? check.name);
    for (const finding of findings) yield { name: check.name, ...finding };
  }
}

interface Examined {
  readonly findings: readonly Finding[];
  /** Whether checks that need this one have something to look at. */
  readonly isUseful: boolean;
}

async function examine(check: Check): Promise<Examined> {
  try {
    const findings = await check.run();
    return { findings, isUseful: findings.every(({ status }) => status !== "failure") };
  } catch (error) {
    if (error instanceof NotExaminedError) return useless(notExamined(error.message, error.fix));
    const fault = { what: `could not be examined: ${explainFailure(error)}`, fix: "mend this, then look again" };
    return useless(failure(fault));
  }
}

function useless(finding: Finding): Examined {
  return { findings: [finding], isUseful: false };
}

function notExaminedFor(cause: string): Finding {
  return notExamined(`${cause} stands in the way`, `mend ${cause}, then look again`);
}

function notExamined(why: string, fix: string): Finding {
  return warning({ what: `not examined: ${why}`, fix });
}
