import { performance } from "node:perf_hooks";

/**
 * @param {number} startedAt as performance.now() gave it
 * @returns {string} "3 s"
 */
export function secondsSince(startedAt) {
  return `${Math.round((performance.now() - startedAt) / 1000)} s`;
}
