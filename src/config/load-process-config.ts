import type { FleetConfig } from "./config-schema.js";
import { loadConfig } from "./load-config.js";
import { resolveConfigFile } from "./resolve-config-file.js";

/**
 * The configuration of this very process: the file named on its command line, its environment, its folder. Throws
 * ConfigError.
 */
export function loadProcessConfig(named: string | undefined): FleetConfig {
  return loadConfig({ file: resolveConfigFile(named, process.env, process.cwd()), env: process.env });
}
