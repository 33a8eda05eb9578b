import { once } from "node:events";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { signalGroup, startChild } from "../setup/child-processes.mjs";
import { agentRestartDelay } from "./agent-restart.mjs";
import { isHealthy } from "./health.mjs";
import { label } from "./label.mjs";

const POLL_MS = 150;
const AGENT_STOP_MS = 5000;
const SAME_REQUEST_MS = 1000;
const EX_CONFIG = 78;

/**
 * @typedef {object} FleetPlan
 * @property {string} root the checkout
 * @property {string} configFile
 * @property {readonly { env: NodeJS.ProcessEnv, port: number }[]} nodes
 * @property {() => Promise<FleetDetails>} readDetails rejects when the configuration is wrong
 *
 * @typedef {object} FleetDetails
 * @property {readonly string[]} urls of the nodes, in their order
 * @property {NodeJS.ProcessEnv | null} agentEnv null: no agent
 * @property {string} welcome printed when every node answers
 *
 * @typedef {import("node:child_process").ChildProcess} ChildProcess
 */

/** The nodes and the agent as child processes: starts them in order, keeps the agent alive, stops them in order. */
export class Fleet {
  #plan;
  /** The running ones, by port. @type {Map<number, ChildProcess>} */
  #nodes = new Map();
  /** @type {ChildProcess | null} */
  #agent = null;
  #stopRequests = 0;
  #lastStopRequest = -Infinity;
  #stopping = false;
  /** @type {() => void} */
  #announceStop = () => undefined;
  /** @type {Promise<void>} */
  #stopped = new Promise((resolve) => (this.#announceStop = resolve));
  #exitCode = 0;

  /** @param {FleetPlan} plan */
  constructor(plan) {
    this.#plan = plan;
  }

  /** @returns {Promise<number>} the exit code, once everything has ended */
  async run() {
    const ended = this.#plan.nodes.map((node) => this.#runNode(node));
    void this.#accompany();
    await Promise.all(ended);
    await this.#endAgent();
    return this.#exitCode;
  }

  /**
   * First the agent, so that it does not complain about the server; then the nodes, which drain. Asked again they end at
   * once, and asked a third time they are killed.
   */
  async stop() {
    // One Ctrl-C may arrive twice, from the terminal and from npm.
    if (performance.now() - this.#lastStopRequest < SAME_REQUEST_MS) return;
    this.#lastStopRequest = performance.now();
    this.#stopRequests += 1;
    if (this.#stopRequests === 1) {
      process.stdout.write("\nStopping\n");
      await this.#endAgent();
    }
    for (const node of this.#nodes.values()) node.kill(this.#stopRequests > 2 ? "SIGKILL" : "SIGTERM");
  }

  /** For when nobody is left who could ask again. */
  async stopIfRunning() {
    if (!this.#stopping) await this.stop();
  }

  /** @param {{ env: NodeJS.ProcessEnv, port: number }} node */
  async #runNode({ env, port }) {
    const { root, configFile, nodes } = this.#plan;
    const alone = nodes.length === 1;
    const child = startChild(process.execPath, [path.join(root, "dist/main.js"), "--config", configFile], {
      cwd: root,
      env,
      stdio: alone ? ["ignore", "inherit", "inherit"] : ["ignore", "pipe", "pipe"],
    });
    this.#nodes.set(port, child);
    if (!alone) label(child, String(port));
    const [code, signal] = await once(child, "exit");
    this.#nodes.delete(port);
    if (this.#stopping) {
      this.#exitCode ||= code ?? 1;
      return;
    }
    const how = signal === null ? `exit code ${code}` : String(signal);
    const others = this.#nodes.size;
    process.stderr.write(
      `${alone ? "The node" : `The node on port ${port}`} ended (${how}).${others > 0 ? ` ${others} still running.` : ""}\n`,
    );
    // A node that is killed is what a cluster is for; one that refuses its configuration would refuse it again.
    if (others === 0 || code === EX_CONFIG) this.#exitCode ||= code ?? 1;
    if (others > 0 && code === EX_CONFIG) await this.stop();
  }

  /** Waits until the nodes answer, then says so and lets the agent report. */
  async #accompany() {
    const { nodes, readDetails } = this.#plan;
    const details = await readDetails().catch((error) => {
      // The node finds the same mistakes, says them itself and ends.
      if (error.name !== "ConfigError") process.stderr.write(`Cannot start this machine's agent: ${error.message}\n`);
    });
    if (!details) return;
    for (const [index, { port }] of nodes.entries()) {
      while (this.#nodes.has(port) && !(await isHealthy(details.urls[index] ?? ""))) await sleep(POLL_MS);
    }
    if (this.#stopping || this.#nodes.size === 0) return;
    process.stdout.write(details.welcome);
    if (details.agentEnv !== null) await this.#keepAgentRunning(details.agentEnv);
  }

  /** @param {NodeJS.ProcessEnv} env */
  async #keepAgentRunning(env) {
    for (let restarts = 0; ; restarts += 1) {
      const startedAt = performance.now();
      const agent = startChild(process.execPath, [path.join(this.#plan.root, "agent/dist/main.js")], {
        cwd: this.#plan.root,
        env,
        stdio: ["ignore", "pipe", "pipe"],
      });
      this.#agent = agent;
      label(agent, "agent");
      const [code, signal] = await once(agent, "exit");
      this.#agent = null;
      if (this.#stopping) return;
      const { delayMs, restarts: counted } = agentRestartDelay(restarts, performance.now() - startedAt);
      restarts = counted;
      const next =
        code === EX_CONFIG
          ? "it refuses its settings and is not restarted"
          : `starting it again in ${delayMs / 1000} s`;
      process.stderr.write(`This machine's agent ended (${signal ?? `exit code ${code}`}); ${next}.\n`);
      if (code === EX_CONFIG) return;
      await Promise.race([sleep(delayMs, undefined, { ref: false }), this.#stopped]);
      if (this.#stopping) return;
    }
  }

  async #endAgent() {
    this.#stopping = true;
    this.#announceStop();
    const agent = this.#agent;
    if (agent === null) return;
    const ended = once(agent, "exit");
    agent.kill("SIGTERM");
    const timer = setTimeout(() => signalGroup(agent, "SIGKILL"), AGENT_STOP_MS);
    await ended;
    clearTimeout(timer);
  }
}
