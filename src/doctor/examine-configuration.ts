import { type ConfigError, formatProblem } from "../config/config-error.js";
import type { FleetConfig } from "../config/config-schema.js";
import { type Examination, type Finding, ok, warning } from "./check.js";
import type { CheckResult } from "./run-checks.js";

const NAME = "configuration";

/** What a valid configuration leaves open. */
export function examineConfiguration({ server }: FleetConfig): Examination {
  const check = { name: NAME, needs: [], run: () => Promise.resolve([ok("valid"), ...encryption(server)]) };
  return { checks: [check], close: () => Promise.resolve() };
}

function encryption({ db_encryption_key: keys }: FleetConfig["server"]): Finding[] {
  if (keys.length > 0) return [];
  const fix = "set server.db_encryption_key; `fleet-server keys generate` prints one";
  return [warning({ what: "server.db_encryption_key is not set: data is stored readable", fix })];
}

/** The mistakes of a configuration that cannot be used; each says how to mend it. */
export function configurationMistakes({ problems }: ConfigError): CheckResult[] {
  const fix = "correct it; `fleet-server config check` shows when all is well";
  return problems.map((problem) => ({ name: NAME, status: "failure", summary: formatProblem(problem), fix }));
}
