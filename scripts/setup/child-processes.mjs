import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** Those with anything still running. @type {Set<import("node:child_process").ChildProcess>} */
const started = new Set();

/**
 * Starts a program as the leader of a process group of its own: Ctrl-C in a terminal then reaches this script alone, which
 * ends its children in the right order, and with a child go the processes that it started itself.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import("node:child_process").SpawnOptions} options
 */
export function startChild(command, args, options) {
  const child = spawn(command, args, { ...options, detached: process.platform !== "win32" });
  started.add(child);
  child.once("exit", () => {
    if (!signalGroup(child, 0)) started.delete(child);
  });
  return child;
}

/**
 * Signals a child and the processes that it started, also when it is gone itself.
 *
 * @param {import("node:child_process").ChildProcess} child
 * @param {NodeJS.Signals | 0} signal 0 only asks whether anything is left
 * @returns {boolean} false when nothing is left
 */
export function signalGroup(child, signal) {
  if (child.pid === undefined) return false;
  try {
    return process.platform === "win32" ? child.kill(signal) : process.kill(-child.pid, signal);
  } catch {
    return false;
  }
}

/** @param {NodeJS.Signals} signal */
export function signalAllChildren(signal) {
  for (const child of started) signalGroup(child, signal);
}

/**
 * Runs a program to its end with its output appended to a log file.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd: string, logFile: string, env?: NodeJS.ProcessEnv, onLine?: (line: string) => void }} options
 * @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null, output: string }>} rejects if it cannot be started
 */
export async function runLogged(command, args, { cwd, logFile, env = process.env, onLine }) {
  appendFileSync(logFile, `$ ${[command, ...args].join(" ")}\n`, { mode: 0o600 });
  const child = startChild(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on("line", (line) => {
      output += `${line}\n`;
      appendFileSync(logFile, `${line}\n`);
      onLine?.(line);
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, output }));
  });
}
