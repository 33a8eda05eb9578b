import { Logger } from "@nestjs/common";
import { ConfigError } from "../config/config-error.js";
import type { FleetConfig } from "../config/config-schema.js";
import { examine } from "../doctor/examine.js";
import { configurationMistakes } from "../doctor/examine-configuration.js";
import { documentOf, lineOf, worstOf } from "../doctor/report.js";
import { type CheckResult, runChecks } from "../doctor/run-checks.js";
import { EX_CONFIG } from "./exit-codes.js";

export interface DoctorOptions {
  /** One document at the end instead of a line for each check. */
  readonly json: boolean;
  /** Of the load balancer, which is asked too where it is given. */
  readonly url?: string | undefined;
}

/**
 * `fleet-server doctor`: looks at everything a node of this configuration needs, changes nothing, and prints what it
 * finds. Resolves with the exit code: 0 unless something failed.
 */
export async function runDoctor(
  load: () => FleetConfig,
  { json, url }: DoctorOptions,
  output: Pick<NodeJS.WritableStream, "write"> = process.stdout,
): Promise<number> {
  const results: CheckResult[] = [];
  const tell = (result: CheckResult) => {
    results.push(result);
    if (!json) output.write(`${lineOf(result)}\n`);
  };
  const isConfigured = await examineAll(load, tell, url);
  if (json) output.write(`${documentOf(results)}\n`);
  if (!isConfigured) return EX_CONFIG;
  return worstOf(results) === "failure" ? 1 : 0;
}

/** False where the configuration cannot be used, so that there is nothing else to look at. */
async function examineAll(
  load: () => FleetConfig,
  tell: (result: CheckResult) => void,
  url: string | undefined,
): Promise<boolean> {
  // What the doctor finds it says itself.
  Logger.overrideLogger(false);
  let config: FleetConfig;
  try {
    config = load();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    configurationMistakes(error).forEach(tell);
    return false;
  }
  const examination = examine(config, url);
  try {
    for await (const result of runChecks(examination.checks)) tell(result);
  } finally {
    await examination.close();
  }
  return true;
}
