import { fork } from "node:child_process";
import { atTheEnd } from "../support/started.mjs";

/**
 * @typedef {{ p50: number, p99: number, p999: number, longest: number }} Times in milliseconds
 * @typedef {Times & { seconds: number, rate: number, clientCpu: number }} Flood
 * @typedef {Times & { sent: number, answered: number, errors: number, problems: [string, number][], counts: number[] }} FleetFigures
 */

/** Starts the client's process; its calls run one after the other. */
export function startLoadClient() {
  const child = fork(new URL("./load-process.mjs", import.meta.url), { serialization: "advanced" });
  atTheEnd(() => void child.kill("SIGKILL"));
  /** @template T @param {string} call @param {unknown} [input] @returns {Promise<T>} */
  const ask = (call, input = {}) =>
    new Promise((resolve, reject) => {
      const ended = () => reject(new Error("the load client ended"));
      child.once("exit", ended);
      child.once("message", (/** @type {{ result?: unknown, error?: string }} */ { result, error }) => {
        child.off("exit", ended);
        if (error === undefined) resolve(/** @type {T} */ (result));
        else reject(new Error(error));
      });
      child.send({ call, input });
    });
  return {
    /** @param {object} plan @returns {Promise<void>} */
    prepare: (plan) => ask("prepare", plan),
    /** @param {{ url: string, connections: number }} plan @returns {Promise<Flood>} */
    flood: (plan) => ask("flood", plan),
    /** @param {object} options @returns {Promise<void>} */
    startFleet: (options) => ask("startFleet", options),
    /** @returns {Promise<FleetFigures>} */
    takeFigures: () => ask("takeFigures"),
    /** @param {{ timeoutMs?: number }} [input] @returns {Promise<FleetFigures & { made: Record<string, number[]> }>} */
    stopFleet: (input) => ask("stopFleet", input),
  };
}
