import { stringify } from "yaml";
import type { FleetConfig } from "./config-schema.js";
import { redactConfig } from "./redact-config.js";

/** The effective configuration as YAML, defaults included and secrets replaced: what `--check` prints. */
export function describeConfig(config: FleetConfig): string {
  return stringify(redactConfig(config), { aliasDuplicateObjects: false });
}
