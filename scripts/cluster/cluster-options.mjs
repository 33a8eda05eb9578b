import { parseArgs } from "node:util";
import { wholeNumber } from "../whole-number.mjs";
import { PORTS } from "./places.mjs";

const DEFAULT_PORT = 8768;

export const usage = `Usage: npm run cluster [-- options]

Runs what docker-compose.yml describes as processes of this machine: three nodes, HAProxy, Redis and PostgreSQL, from the
same files in config/. Nothing but this machine can connect. Ctrl-C ends all of it; the data stays.

  --port P       HTTPS on port P (default: ${DEFAULT_PORT}); the ${PORTS - 1} ports behind it are used, too
  --nginx        nginx instead of HAProxy
  --prometheus   Prometheus as well, with config/prometheus.yml
  --data DIR     where data, keys and certificates live (default: data/cluster)
  --no-agent     do not report this machine
  --help         show this text
`;

/**
 * @typedef {object} ClusterOptions
 * @property {boolean} help
 * @property {number} port
 * @property {boolean} nginx
 * @property {boolean} prometheus
 * @property {string | undefined} data
 * @property {boolean} agent
 */

/**
 * Reads what stands behind `npm run cluster --`.
 *
 * @param {readonly string[]} args
 * @returns {{ options: ClusterOptions } | { problem: string }}
 */
export function parseClusterOptions(args) {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        help: { type: "boolean", short: "h" },
        port: { type: "string" },
        nginx: { type: "boolean" },
        prometheus: { type: "boolean" },
        data: { type: "string" },
        "no-agent": { type: "boolean" },
      },
    }));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { problem: `${message}\nOptions stand behind "--": npm run cluster -- --help` };
  }
  const { help = false, nginx = false, prometheus = false, data, "no-agent": noAgent = false } = values;
  const most = 65_535 - PORTS + 1;
  const port = wholeNumber(values.port ?? String(DEFAULT_PORT), 1, most);
  if (port === null) return { problem: `--port must be a whole number from 1 to ${most}` };
  return { options: { help, port, nginx, prometheus, data, agent: !noAgent } };
}
