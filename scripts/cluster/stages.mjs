import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { signalGroup, startChild } from "../setup/child-processes.mjs";
import { SetupError } from "../setup/setup-error.mjs";
import { label } from "../start/label.mjs";

const POLL_MS = 100;
const READY_TIMEOUT_MS = 60_000;
const SAME_REQUEST_MS = 1000;
const SHOWN_LINES = 12;

/**
 * @typedef {import("./part.mjs").Part} Part
 * @typedef {{ part: Part, child: import("node:child_process").ChildProcess, ended: Promise<void> }} Running
 */

/** The programs of a cluster, in stages: each is started when the one before is ready, and ended when the one after is gone. */
export class Stages {
  #logs;
  #searchPath;
  /** @type {Set<Running>[]} */
  #stages = [];
  #stopRequests = 0;
  #lastStopRequest = -Infinity;
  /** @type {Promise<void> | null} */
  #stopped = null;

  /**
   * @param {string} logs the folder of those whose lines are not printed
   * @param {string} searchPath where the programs are
   */
  constructor(logs, searchPath) {
    this.#logs = logs;
    this.#searchPath = searchPath;
  }

  get isStopping() {
    return this.#stopped !== null;
  }

  /**
   * Starts the programs of the next stage together and resolves when all are ready, or when the cluster is being stopped.
   * Throws SetupError with a program's last lines where it ends instead.
   *
   * @param {readonly Part[]} parts
   */
  async start(parts) {
    if (this.isStopping) return;
    const stage = new Set(parts.map((part) => this.#run(part)));
    this.#stages.push(stage);
    await Promise.all([...stage].map((running) => this.#waitUntilReady(running, stage)));
  }

  /** Resolves when the programs of a stage have ended, however that came about. @param {number} index */
  async ended(index) {
    await Promise.all([...(this.#stages[index] ?? [])].map(({ ended }) => ended));
  }

  /**
   * The last stage first; nodes drain meanwhile. Asked again all end at once, and asked a third time they are killed.
   *
   * @returns {Promise<void>} when all have ended
   */
  stop() {
    // One Ctrl-C may arrive twice, from the terminal and from npm.
    const repeated = performance.now() - this.#lastStopRequest < SAME_REQUEST_MS;
    if (this.#stopped !== null && repeated) return this.#stopped;
    this.#lastStopRequest = performance.now();
    this.#stopRequests += 1;
    this.#stopped ??= this.#stopInOrder();
    if (this.#stopRequests > 1) this.#signalAll(this.#stopRequests > 2 ? "SIGKILL" : "SIGTERM");
    return this.#stopped;
  }

  async #stopInOrder() {
    for (const stage of this.#stages.toReversed()) {
      for (const { part, child } of stage) child.kill(part.stopSignal ?? "SIGTERM");
      await Promise.all([...stage].map(({ ended }) => ended));
    }
  }

  /** @param {NodeJS.Signals} signal */
  #signalAll(signal) {
    for (const { child } of this.#stages.flatMap((stage) => [...stage])) {
      if (signal === "SIGKILL") signalGroup(child, signal);
      else child.kill(signal);
    }
  }

  /**
   * @param {Part} part
   * @returns {Running}
   */
  #run(part) {
    const log = part.shown ? null : openSync(this.#logFile(part), "w", 0o600);
    const child = startChild(part.command, part.args, {
      cwd: part.cwd,
      env: { ...process.env, PATH: this.#searchPath, ...part.env },
      stdio: log === null ? ["ignore", "pipe", "pipe"] : ["ignore", log, log],
    });
    if (log === null) label(child, part.name);
    else closeSync(log);
    const running = { part, child, ended: ending(child) };
    void running.ended.then(() => this.#onEnd(part, child));
    return running;
  }

  /**
   * @param {Part} part
   * @param {import("node:child_process").ChildProcess} child
   */
  #onEnd(part, child) {
    if (this.isStopping) return;
    process.stderr.write(`${part.name} ended (${child.signalCode ?? `exit code ${child.exitCode}`}).\n`);
  }

  /**
   * @param {Running} running
   * @param {ReadonlySet<Running>} stage
   */
  async #waitUntilReady({ part, child }, stage) {
    const deadline = performance.now() + READY_TIMEOUT_MS;
    while (!this.isStopping) {
      // Another one of the stage that has ended tells its own story.
      if ([...stage].some((other) => hasEnded(other.child) && other.child !== child)) return;
      if (hasEnded(child)) throw new SetupError(`${part.name} could not be started.${this.#lastLines(part)}`);
      if (await part.isReady()) return;
      if (performance.now() > deadline) {
        throw new SetupError(`${part.name} is not ready after ${READY_TIMEOUT_MS / 1000} s.${this.#lastLines(part)}`);
      }
      await sleep(POLL_MS);
    }
  }

  /** @param {Part} part */
  #lastLines(part) {
    if (part.shown) return " Its last lines stand above.";
    const lines = readFileSync(this.#logFile(part), "utf8").trimEnd().split("\n").slice(-SHOWN_LINES);
    return ` The last lines of ${this.#logFile(part)}:\n${lines.join("\n")}`;
  }

  /** @param {Part} part */
  #logFile(part) {
    return path.join(this.#logs, `${part.name}.log`);
  }
}

/** @param {import("node:child_process").ChildProcess} child */
async function ending(child) {
  // A program that cannot be started at all says so by an error, and never exits.
  await Promise.race([once(child, "exit"), once(child, "error")]).catch((error) => {
    process.stderr.write(`${error.message}\n`);
  });
}

/** @param {import("node:child_process").ChildProcess} child */
function hasEnded(child) {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}
