import { connect } from "node:net";

/**
 * One program of a cluster.
 *
 * @typedef {object} Part
 * @property {string} name
 * @property {string} command
 * @property {readonly string[]} args
 * @property {NodeJS.ProcessEnv} [env] besides this process's own
 * @property {string} cwd
 * @property {boolean} [shown] whether its lines are printed; the others' go to a log file
 * @property {NodeJS.Signals} [stopSignal] default: SIGTERM
 * @property {() => Promise<boolean>} isReady
 */

const TIMEOUT_MS = 2000;

/**
 * Sends a text to a port of this machine and resolves with what has come back by the time it holds `until`, or by the end.
 *
 * @param {number} port
 * @param {string} text
 * @param {string} until
 * @returns {Promise<string>} nothing where nobody answers
 */
export function exchange(port, text, until) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", timeout: TIMEOUT_MS });
    let answer = "";
    socket.setEncoding("utf8");
    socket.on("timeout", () => socket.destroy());
    socket.on("error", () => undefined);
    socket.on("data", (/** @type {string} */ part) => {
      answer += part;
      if (answer.includes(until)) socket.destroy();
    });
    socket.on("close", () => resolve(answer));
    socket.write(text);
  });
}
