import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { Readable } from "node:stream";
import { onCleanup } from "./cleanup.js";
import { assertTellsNoSecret } from "./log-secrets.js";
import { waitFor } from "./wait-for.js";

const STOP_TIMEOUT_MS = 20_000;
const CLEANUP_TIMEOUT_MS = 4000;
const SHOWN_LINES = 60;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface StartOptions {
  readonly cwd?: string;
  /** The whole environment; default: this process's own. */
  readonly env?: NodeJS.ProcessEnv;
  /** For messages; default: the command. */
  readonly name?: string;
}

/** A real process whose output is kept. It is killed when the test file has ended, if it still runs then. */
export class RunningProcess {
  /** Settles when the process has ended and all its output has been read; never rejects. */
  readonly exited: Promise<Exit>;
  private readonly lines: string[] = [];
  private ended: Exit | null = null;

  constructor(
    readonly name: string,
    private readonly child: ChildProcessByStdio<null, Readable, Readable>,
  ) {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => this.lines.push(line));
    }
    this.exited = new Promise((resolve) => {
      child.once("error", (error) => {
        this.lines.push(`could not be started: ${error.message}`);
        this.ended = { code: null, signal: null };
        resolve(this.ended);
      });
      child.once("close", (code, signal) => {
        this.ended = { code, signal };
        resolve(this.ended);
      });
    });
    onCleanup(() => this.end());
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error(this.describe("has no process id"));
    return this.child.pid;
  }

  /** Standard output and standard error, in the order of their arrival. */
  get output(): string {
    return this.lines.map((line) => `${line}\n`).join("");
  }

  /** How it ended; null while it runs. */
  get exit(): Exit | null {
    return this.ended;
  }

  /** The first line that matches, also one that was printed before. Throws when the process ends without it. */
  async waitForLine(pattern: RegExp, timeoutMs = 30_000): Promise<string> {
    const what = `a line like ${String(pattern)}`;
    const line = await waitFor(() => this.lines.find((candidate) => pattern.test(candidate)) ?? this.ended, {
      what: `${what} from ${this.name}`,
      timeoutMs,
    }).catch((error: unknown) => {
      throw new Error(this.describe(`printed no ${what}`), { cause: error });
    });
    if (typeof line !== "string") throw new Error(this.describe(`ended without ${what}`));
    return line;
  }

  /** Sends a signal, if the process still runs. */
  kill(signal: NodeJS.Signals): void {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
  }

  /** Asks it to end and waits; a process that does not is killed, and that is an error. */
  async stop(signal: NodeJS.Signals = "SIGTERM", timeoutMs = STOP_TIMEOUT_MS): Promise<Exit> {
    this.kill(signal);
    const exit = await this.exitWithin(timeoutMs);
    if (exit !== null) return exit;
    this.kill("SIGKILL");
    throw new Error(this.describe(`did not end within ${timeoutMs} ms of ${signal}`));
  }

  /** Politely first: what it started itself can only be ended by it. */
  private async end(): Promise<void> {
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      this.kill(signal);
      if ((await this.exitWithin(CLEANUP_TIMEOUT_MS)) !== null) return;
    }
    throw new Error(this.describe("is gone, but left a process behind that holds its output"));
  }

  private async exitWithin(timeoutMs: number): Promise<Exit | null> {
    const timer = new AbortController();
    const tooLate = sleep(timeoutMs, null, { signal: timer.signal }).catch(() => null);
    const exit = await Promise.race([this.exited, tooLate]);
    timer.abort();
    return exit;
  }

  private describe(what: string): string {
    const shown = this.lines.slice(-SHOWN_LINES);
    return `${this.name} ${what}; its last lines:\n${shown.join("\n")}`;
  }
}

export function startProcess(command: string, args: readonly string[], options: StartOptions = {}): RunningProcess {
  const { cwd, env, name = command } = options;
  // First, so that it is looked at last: once the process has ended and said everything.
  if (isService(args))
    onCleanup(() => {
      assertTellsNoSecret(name, running.output);
    });
  const child = spawn(command, args, { cwd, env: env ?? process.env, stdio: ["ignore", "pipe", "pipe"] });
  const running = new RunningProcess(name, child);
  return running;
}

/** A node or an agent, whose output is a log; commands may tell a key that they made. */
function isService([script = "", option = "--"]: readonly string[]): boolean {
  return script.endsWith("dist/main.js") && option.startsWith("--");
}
