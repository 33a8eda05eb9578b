import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { SetupError } from "../setup/setup-error.mjs";
import { exchange } from "./part.mjs";

/**
 * Prometheus with the file of docker-compose.yml, in which the nodes stand with their addresses of this machine.
 *
 * @param {import("./places.mjs").Places} places
 * @returns {import("./part.mjs").Part}
 */
export function prometheusPart({ root, folder, nodes, prometheusPort }) {
  const shipped = path.join(root, "config/prometheus.yml");
  if (!existsSync(shipped)) throw new SetupError("There is no config/prometheus.yml, which --prometheus needs.");
  const home = path.join(folder, "prometheus");
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const local = nodes.reduce(
    (text, { name, metricsPort }) => text.replaceAll(`${name}:9090`, `127.0.0.1:${metricsPort}`),
    readFileSync(shipped, "utf8"),
  );
  const file = path.join(home, "prometheus.yml");
  writeFileSync(file, local, { mode: 0o600 });
  // It is looked for beside the file that names it.
  const alerts = path.join(root, "config/alerts.yml");
  if (existsSync(alerts)) copyFileSync(alerts, path.join(home, "alerts.yml"));
  const place = [`--web.listen-address=127.0.0.1:${prometheusPort}`, `--storage.tsdb.path=${path.join(home, "data")}`];
  return {
    name: "prometheus",
    command: "prometheus",
    args: [`--config.file=${file}`, ...place],
    cwd: home,
    isReady: async () =>
      (await exchange(prometheusPort, "GET /-/ready HTTP/1.0\r\n\r\n", "\r\n\r\n")).includes(" 200 OK"),
  };
}

/**
 * This machine's own agent, by way of the proxy.
 *
 * @param {import("./places.mjs").Places} places
 * @returns {import("./part.mjs").Part}
 */
export function agentPart({ root, folder, httpsPort, secret }) {
  return {
    name: "agent",
    command: process.execPath,
    args: [path.join(root, "agent/dist/main.js")],
    // By environment, because every user of the machine can read arguments.
    env: {
      FLEET_AGENT_INTERVAL: "5",
      FLEET_AGENT_STATE_DIR: path.join(folder, "agent"),
      FLEET_AGENT_SERVER: `https://localhost:${httpsPort}`,
      FLEET_AGENT_CA_FILE: secret("tls_cert.pem"),
      FLEET_AGENT_API_KEY_FILE: secret("api_key.txt"),
      FLEET_AGENT_ENCRYPTION_KEY_FILE: secret("payload_key.txt"),
    },
    cwd: root,
    shown: true,
    isReady: () => Promise.resolve(true),
  };
}
