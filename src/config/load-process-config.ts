import type { FleetConfig } from "./config-schema.js";
import { loadConfig } from "./load-config.js";
import { resolveConfigFile } from "./resolve-config-file.js";

/** The configuration of this very process. `argv` comes without `node` and the script. Throws ConfigError. */
export function loadProcessConfig(argv: readonly string[]): FleetConfig {
  return loadConfig({ file: resolveConfigFile(argv, process.env, process.cwd()), env: process.env });
}
