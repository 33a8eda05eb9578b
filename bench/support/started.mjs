import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

/** @type {(() => void | Promise<void>)[]} */
const undone = [];

/** Has it undone when the run ends, however it ends; the last one first. @param {() => void | Promise<void>} undo */
export function atTheEnd(undo) {
  undone.push(undo);
}

export async function undoAll() {
  for (let undo = undone.pop(); undo; undo = undone.pop()) {
    await Promise.resolve(undo()).catch((/** @type {unknown} */ error) => console.error(error));
  }
}

/** A new folder, removed at the end. @param {string} name */
export function makeFolder(name) {
  const folder = mkdtempSync(path.join(tmpdir(), `fleet-bench-${name}-`));
  atTheEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** @returns {Promise<number>} */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/**
 * Starts a program and waits for a line of its output; it is ended at the end of the run at the latest.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, ready: RegExp, env?: NodeJS.ProcessEnv }} options
 */
export async function startProgram(command, args, { cwd, ready, env }) {
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env },
  });
  const exited = new Promise((resolve) => {
    child.once("exit", resolve);
    child.once("error", resolve);
  });
  let output = "";
  /** @type {() => void} */
  let seen = () => undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output = (output + text).slice(-20_000);
      if (ready.test(output)) seen();
    });
  }
  const stop = async (/** @type {NodeJS.Signals} */ signal = "SIGTERM") => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    const force = setTimeout(() => child.kill("SIGKILL"), 15_000);
    await exited;
    clearTimeout(force);
  };
  atTheEnd(() => stop());
  const started = await Promise.race([
    new Promise((resolve) => {
      seen = () => resolve(true);
    }),
    exited.then(() => false),
  ]);
  if (started !== true || child.pid === undefined) throw new Error(`${command} ended before it was ready:\n${output}`);
  return { pid: child.pid, stop, output: () => output };
}
