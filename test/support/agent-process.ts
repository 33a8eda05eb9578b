import { spawn, type ChildProcess } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { fileURLToPath } from "node:url";
import { makeTempFolder } from "./temp-folder.js";

const MAIN = fileURLToPath(new URL("../../agent/dist/main.js", import.meta.url));

/** The agent as it ships, in a process of its own. */
export class AgentProcess {
  private static readonly running = new Set<AgentProcess>();

  private output = "";
  private readonly written = new EventEmitter();
  /** Settles when the process has ended and all of its output has been read. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;

  private constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.output += text;
        this.written.emit("text");
      });
    }
    this.ended = new Promise((resolve) => {
      child.once("close", (code, signal) => {
        AgentProcess.running.delete(this);
        this.written.emit("text");
        resolve({ code, signal });
      });
    });
  }

  /** `env` is all the agent sees of the environment, besides PATH; its state is its own unless `env` says otherwise. */
  static start(args: string[], env: Record<string, string> = {}): AgentProcess {
    const child = spawn(process.execPath, [MAIN, ...args], {
      env: { PATH: process.env.PATH, FLEET_AGENT_STATE_DIR: makeTempFolder("agent-state"), ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const agent = new AgentProcess(child);
    AgentProcess.running.add(agent);
    return agent;
  }

  /** For `afterEach`: ends what a failed test left behind. */
  static async endAll(): Promise<void> {
    const left = [...AgentProcess.running];
    for (const agent of left) agent.child.kill("SIGKILL");
    await Promise.all(left.map((agent) => agent.ended));
  }

  /** Everything written to stdout and stderr so far. */
  get log(): string {
    return this.output;
  }

  /** Waits for a line; fails when the process ends without having written it. */
  async logged(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.output)) {
      if (!AgentProcess.running.has(this)) throw new Error(`ended without logging ${String(pattern)}:\n${this.output}`);
      await once(this.written, "text");
    }
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error("the agent was not started");
    return this.child.pid;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}
