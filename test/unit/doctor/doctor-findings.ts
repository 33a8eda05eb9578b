import { loadConfig } from "../../../src/config/load-config.js";
import { examine } from "../../../src/doctor/examine.js";
import { type CheckResult, runChecks } from "../../../src/doctor/run-checks.js";

/** What the doctor finds with these settings, by the names of their variables (`FLEET_SERVER__DB_PATH`). */
export async function findingsOf(env: Readonly<Record<string, string>>): Promise<readonly CheckResult[]> {
  const required = {
    FLEET_SERVER__API_KEY: "an-api-key-for-tests",
    FLEET_SERVER__WEB_PASSWORD: "a password for tests",
  };
  const examination = examine(loadConfig({ env: { ...required, ...env } }));
  const results: CheckResult[] = [];
  try {
    for await (const result of runChecks(examination.checks)) results.push(result);
  } finally {
    await examination.close();
  }
  return results;
}

/** `name: status` of each of a subject. */
export function statusesOf(results: readonly CheckResult[], subject = "database"): string[] {
  return results.filter(({ name }) => name.startsWith(`${subject}.`)).map(({ name, status }) => `${name}: ${status}`);
}

/** What is not ok of a subject, leaving out what follows from another fault. */
export function faultsOf(results: readonly CheckResult[], subject = "database"): readonly CheckResult[] {
  return results.filter(
    ({ name, status, summary }) =>
      name.startsWith(`${subject}.`) && status !== "ok" && !summary.includes("stands in the way"),
  );
}

/** The one fault that there is. */
export function onlyFault([fault, ...others]: readonly CheckResult[]): Required<CheckResult> {
  expect(others).toEqual([]);
  if (!fault) throw new Error("the doctor found no fault");
  return { fix: "", ...fault };
}
