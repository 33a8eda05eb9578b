import path from "node:path";

const NODES = 3;

/** How many consecutive ports a cluster takes. */
export const PORTS = 12;

/**
 * Where everything of one cluster is.
 *
 * @typedef {object} Places
 * @property {string} root the checkout
 * @property {string} folder of the cluster's data, private
 * @property {string} logs
 * @property {string} secrets the folder of these
 * @property {(name: string) => string} secret the file of that name
 * @property {readonly NodePlace[]} nodes
 * @property {number} httpsPort where clients come in
 * @property {number} httpPort leads to it
 * @property {number} statsPort HAProxy's
 * @property {number} redisPort
 * @property {number} postgresPort
 * @property {number} prometheusPort
 *
 * @typedef {object} NodePlace
 * @property {string} name as in docker-compose.yml
 * @property {number} port
 * @property {number} metricsPort
 */

/**
 * @param {string} root
 * @param {string} folder
 * @param {number} port the first of `PORTS`
 * @returns {Places}
 */
export function placesOf(root, folder, port) {
  const secrets = path.join(folder, "secrets");
  return {
    root,
    folder,
    logs: path.join(folder, "logs"),
    secrets,
    secret: (name) => path.join(secrets, name),
    httpsPort: port,
    nodes: Array.from({ length: NODES }, (_, index) => ({
      name: `node${index + 1}`,
      port: port + 1 + index,
      metricsPort: port + 9 + index,
    })),
    httpPort: port + 4,
    statsPort: port + 5,
    redisPort: port + 6,
    postgresPort: port + 7,
    prometheusPort: port + 8,
  };
}
