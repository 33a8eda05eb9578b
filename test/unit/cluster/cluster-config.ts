import type { FleetConfig } from "../../../src/config/config-schema.js";
import { loadConfig } from "../../../src/config/load-config.js";

/** The effective configuration of a clustered node called `a`; `env` as an operator would set it. */
export function clusterConfig(env: Record<string, string> = {}): FleetConfig {
  return loadConfig({
    env: {
      FLEET_SERVER__API_KEY: "an-api-key-for-tests",
      FLEET_SERVER__WEB_PASSWORD: "a password for tests",
      FLEET_CLUSTER__ENABLED: "true",
      FLEET_CLUSTER__SECRET: "a cluster secret for tests",
      FLEET_CLUSTER__NODE_ID: "a",
      FLEET_CLUSTER__HOSTNAME: "a.example.com",
      ...env,
    },
    host: { hostname: "host", machineId: undefined, terminal: false },
  });
}
