import { spawn } from "node:child_process";
import path from "node:path";
import { text } from "node:stream/consumers";
import { projectRoot } from "./project-root.js";

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Of util-linux: gives a program a terminal. */
const TERMINAL = "script";
const MAIN = path.join(projectRoot, "dist/main.js");

/** Runs `fleet-server` with these arguments to its end; `input` is its standard input. */
export function runCli(
  args: readonly string[],
  { input = "", env = {} }: { input?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<CommandResult> {
  return runCommand(process.execPath, [MAIN, ...args], { input, env });
}

/** What stands after the prompt of a shell. */
export function runShell(line: string, env: NodeJS.ProcessEnv = {}): Promise<CommandResult> {
  return runCommand("bash", ["-c", withProgram(line)], { input: "", env });
}

/** What stands after the prompt of a shell, on a terminal where somebody types each answer once asked. */
export async function runOnTerminal(
  line: string,
  answers: readonly (readonly [prompt: RegExp, typed: string])[],
): Promise<Pick<CommandResult, "code" | "stdout">> {
  const child = spawn(TERMINAL, ["-qec", withProgram(line), "/dev/null"], { stdio: ["pipe", "pipe", "inherit"] });
  const left = [...answers];
  let stdout = "";
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (shown: string) => {
    stdout += shown;
    const [next] = left;
    if (!next?.[0].test(stdout)) return;
    left.shift();
    child.stdin.write(`${next[1]}\r`);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  return { code, stdout };
}

function withProgram(line: string): string {
  return line.replaceAll(/\b(npx )?fleet-server\b/g, `"${process.execPath}" "${MAIN}"`);
}

async function runCommand(
  command: string,
  args: readonly string[],
  { input, env }: { input: string; env: NodeJS.ProcessEnv },
): Promise<CommandResult> {
  const child = spawn(command, args, { env: { ...process.env, ...env }, timeout: 60_000 });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  // A command that reads nothing may have ended before all of it was written.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}
