import { apiKey, keys } from "../support/fleet-node.mjs";

/**
 * A fleet whose reports arrive at this rate, at their own times and not when the server is ready for them.
 *
 * @param {import("../bench.mjs").Bench} bench
 * @param {string} url
 * @param {number} rate reports per second
 * @param {Record<string, unknown>} [options] of the simulator
 */
export function startSteadyLoad(bench, url, rate, { machines = 10_000, ...options } = {}) {
  return bench.client.startFleet({
    urls: [url],
    apiKey,
    machines,
    intervalMs: (Number(machines) * 1000) / rate,
    encryptionKey: keys.payload.toString("base64"),
    exactClocks: true,
    connections: 200,
    ...options,
  });
}

/** Used where a row is measured without the row that finds the top rate: a modest one. */
const UNKNOWN_TOP_RATE = 2_000;

/** @param {import("../bench.mjs").Bench} bench @param {string} database */
export function halfTheTopRate(bench, database) {
  return Math.round((bench.topRates.get(database) ?? UNKNOWN_TOP_RATE) / 2);
}
