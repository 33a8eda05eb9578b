import path from "node:path";
import { isHealthy } from "../start/health.mjs";

/** How long the proxy needs to notice that a node leaves (docs/operations.md). */
const DRAIN_SECONDS = { haproxy: "3", nginx: "6" };

/** @type {Readonly<Record<string, string>>} */
const secretSettings = {
  FLEET_SERVER__API_KEY_FILE: "api_key.txt",
  FLEET_SERVER__WEB_PASSWORD_FILE: "web_password.txt",
  FLEET_SERVER__DB_URL_FILE: "db_url.txt",
  FLEET_SERVER__DB_ENCRYPTION_KEY_FILE: "db_encryption_key.txt",
  FLEET_SERVER__ENCRYPTION_KEY_FILE: "payload_key.txt",
  FLEET_SSL__CERT_FILE: "node_tls.pem",
  FLEET_SSL__KEY_FILE: "node_tls.pem",
  FLEET_CLUSTER__SECRET_FILE: "cluster_secret.txt",
  FLEET_CLUSTER__REDIS_PASSWORD_FILE: "redis_password.txt",
  FLEET_SESSIONS__REDIS__PASSWORD_FILE: "redis_password.txt",
};

/**
 * The nodes with the file of docker-compose.yml; by environment come, as there, what differs between them, and besides it the
 * addresses and files of this machine.
 *
 * @param {import("./places.mjs").Places} places
 * @param {"haproxy" | "nginx"} proxy
 * @returns {import("./part.mjs").Part[]}
 */
export function nodeParts({ root, nodes, redisPort, secret }, proxy) {
  const shared = {
    ...Object.fromEntries(Object.entries(secretSettings).map(([name, file]) => [name, secret(file)])),
    FLEET_SERVER__HOST: "127.0.0.1",
    FLEET_SERVER__TRUST_PROXY: "loopback",
    FLEET_SERVER__DRAIN_SECONDS: DRAIN_SECONDS[proxy],
    FLEET_CLUSTER__REDIS_HOST: "127.0.0.1",
    FLEET_CLUSTER__REDIS_PORT: String(redisPort),
    FLEET_SESSIONS__REDIS__HOST: "127.0.0.1",
    FLEET_SESSIONS__REDIS__PORT: String(redisPort),
    FLEET_MONITORING__HOST: "127.0.0.1",
    ...(process.stdout.isTTY ? { FLEET_LOGGING__FORMAT: "pretty" } : {}),
  };
  return nodes.map(({ name, port, metricsPort }) => ({
    name,
    command: process.execPath,
    args: [path.join(root, "dist/main.js"), "--config", path.join(root, "config/compose-node.yaml")],
    env: {
      ...shared,
      FLEET_SERVER__PORT: String(port),
      FLEET_CLUSTER__NODE_ID: name,
      FLEET_MONITORING__PORT: String(metricsPort),
    },
    cwd: root,
    shown: true,
    isReady: () => isHealthy(`https://127.0.0.1:${port}`),
  }));
}
