import { parseArgs } from "node:util";
import { wholeNumber } from "../whole-number.mjs";

const DEFAULT_NODES = 1;
const MOST_NODES = 9;

export const usage = `Usage: npm start -- [options]

Sets this checkout up (dependencies, build) and runs Fleet Server with this machine's own agent.
With a config.yaml it runs one node on that file. Without one it creates a private data folder with new keys.

  --port P       listen on port P instead of the configured one
  --nodes N      run N nodes (1 to ${MOST_NODES}) on consecutive ports over one shared SQLite database
  --data DIR     where the data and the keys live (default: data)
  --config FILE  run one node on this file (also: FLEET_CONFIG=FILE)
  --no-agent     do not report this machine
  --help         show this text

Note the "--" after "npm start": without it npm keeps the options to itself.
`;

/**
 * @typedef {object} StartOptions
 * @property {boolean} help
 * @property {number | undefined} port
 * @property {number} nodes
 * @property {string | undefined} data
 * @property {string | undefined} config
 * @property {boolean} agent
 */

/**
 * Reads what stands behind `npm start --`.
 *
 * @param {readonly string[]} args
 * @returns {{ options: StartOptions } | { problem: string }}
 */
export function parseStartOptions(args) {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        help: { type: "boolean", short: "h" },
        port: { type: "string" },
        nodes: { type: "string" },
        data: { type: "string" },
        config: { type: "string" },
        "no-agent": { type: "boolean" },
      },
    }));
  } catch (error) {
    return {
      problem: `${error instanceof Error ? error.message : error}\nOptions stand behind "--": npm start -- --help`,
    };
  }
  const port = values.port === undefined ? undefined : wholeNumber(values.port, 1, 65_535);
  const nodes = values.nodes === undefined ? DEFAULT_NODES : wholeNumber(values.nodes, 1, MOST_NODES);
  if (port === null) return { problem: "--port must be a whole number from 1 to 65535" };
  if (nodes === null) return { problem: `--nodes must be a whole number from 1 to ${MOST_NODES}` };
  if (port !== undefined && port + nodes - 1 > 65_535) return { problem: "--port leaves no room for that many nodes" };
  if (values.config !== undefined && values.data !== undefined) {
    return { problem: "--config and --data exclude each other: the file says where its data lives" };
  }
  if (values.config !== undefined && nodes > 1) {
    return { problem: "--nodes is for trying a cluster on one machine; with --config start each node by itself" };
  }
  const { help = false, data, config, "no-agent": noAgent = false } = values;
  return { options: { help, port, nodes, data, config, agent: !noAgent } };
}
