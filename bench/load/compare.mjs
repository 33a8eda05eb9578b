import { apiKey, keys } from "../support/fleet-node.mjs";
import { cpuSeconds } from "../support/process-figures.mjs";

/**
 * A server under test.
 * @typedef {{ name: string, url: string, pids: () => number[] }} Target
 * @typedef {import("./load-client.mjs").Flood & { clientShare: number, serverCpu: number }} Measured
 */

const MACHINES = 1_000;
/** Samples of a machine lie so far apart, and one in six is kept whole: 10 s and a minute, twenty times as fast. */
const STEP_MS = 500;
export const DETAIL_SECONDS = 3;

/**
 * Loads the targets in turns with the same reports, each round in another order, as fast as they answer. The first round
 * makes the machines known and warms the code up; it does not count.
 *
 * @param {import("../bench.mjs").Bench} bench
 * @param {readonly Target[]} targets
 * @param {{ encrypted: boolean, batch?: number, reports?: number }} plan
 * @returns {Promise<Record<string, Measured[]>>} by the target's name
 */
export async function compare(bench, targets, { encrypted, batch = 1, reports = bench.reports }) {
  /** @type {Record<string, Measured[]>} */
  const results = Object.fromEntries(targets.map(({ name }) => [name, []]));
  let fromMs = 0;
  for (let round = 0; round <= bench.rounds; round++) {
    const each = Math.max(Math.round(reports / MACHINES / (round === 0 ? 3 : 1)), 1);
    fromMs = Math.max(Date.now(), fromMs);
    const key = encrypted ? keys.payload.toString("base64") : null;
    await bench.client.prepare({ machines: MACHINES, each, stepMs: STEP_MS, fromMs, batch, key, apiKey });
    fromMs += each * STEP_MS;
    for (const target of round % 2 === 0 ? targets : [...targets].reverse()) {
      const measured = await flood(bench, target, batch);
      if (round > 0) results[target.name]?.push(measured);
      bench.progress(`${target.name} ${round === 0 ? "warm-up" : `round ${round}`}: ${Math.round(measured.rate)}/s`);
    }
  }
  return results;
}

/**
 * @param {import("../bench.mjs").Bench} bench
 * @param {Target} target
 * @param {number} batch
 * @returns {Promise<Measured>}
 */
async function flood(bench, { url, pids }, batch) {
  const used = () => pids().reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const before = used();
  // Fewer requests wait at once where each holds many reports: the node bounds how many reports wait.
  const result = await bench.client.flood({ url, connections: batch === 1 ? bench.connections : 4 });
  const serverCpu = used() - before;
  return { ...result, serverCpu, clientShare: result.clientCpu / (result.clientCpu + serverCpu) };
}

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const [low = NaN, high = NaN] = [sorted[(sorted.length - 1) >> 1], sorted[middle]];
  return (low + high) / 2;
}
