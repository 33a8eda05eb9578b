import { copyFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { portProblem } from "../../scripts/start/port-check.mjs";
import { startProcess } from "../support/child-process.js";
import { startFleetNode, testCredentials } from "../support/fleet-node.js";
import { freePort } from "../support/free-port.js";
import { projectRoot } from "../support/project-root.js";
import { makeTempFolder } from "../support/temp-folder.js";
import type { ShellBlock } from "./shell-blocks.js";

/** Where blocks are run, and what stands there for what the documentation prints. */
export interface Place {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** What to type in place of what is printed, such as addresses. */
  readonly instead: Readonly<Record<string, string>>;
  /** Run before the blocks. */
  readonly prologue?: string;
}

/** By the name that blocks give: `<!-- run: node -->`. */
export const places = { node: aNode, agent: aMachine, walkthrough: aWalk } satisfies Record<
  string,
  () => Promise<Place>
>;

const STRICT = "set -euo pipefail\n";
/** An answer that is an error ends a block, as a reader would end there. */
const STRICT_CURL = 'curl() { command curl --silent --show-error --fail-with-body "$@"; }\n';
/** What was started goes with the shell. */
const END_JOBS = "trap 'kill $(jobs -p) 2> /dev/null || true' EXIT\n";

/** A running node with its configuration beside a checkout, as after the README's first steps. */
async function aNode(): Promise<Place> {
  const node = await startFleetNode();
  const folder = checkout();
  copyFileSync(node.configFile, path.join(folder, "config.yaml"));
  return {
    folder,
    env: { KEY: testCredentials.apiKey, PASSWORD: testCredentials.password },
    instead: { "http://127.0.0.1:8768": node.url },
    prologue: STRICT_CURL,
  };
}

/** A machine to watch, beside a node. The agent there sends one report and ends, where it would go on for ever. */
async function aMachine(): Promise<Place> {
  const node = await startFleetNode();
  const folder = checkout();
  writeFileSync(path.join(folder, "key.txt"), testCredentials.apiKey, { mode: 0o600 });
  const global = makeTempFolder("global");
  return {
    folder,
    env: {
      npm_config_prefix: global,
      PATH: `${path.join(global, "bin")}${path.delimiter}${process.env.PATH ?? ""}`,
      FLEET_AGENT_STATE_DIR: makeTempFolder("agent"),
    },
    instead: {
      "http://your-server:8768": node.url,
      "https://fleet.example.com": node.url,
      "FLEET_AGENT_API_KEY=...": `FLEET_AGENT_API_KEY=${testCredentials.apiKey}`,
    },
    prologue: STRICT_CURL + 'fleet-agent() { command fleet-agent "$@" --once; }\n',
  };
}

/** A checkout with nothing in it yet. The page's ports 8801 to 8804 become others that are free. */
async function aWalk(): Promise<Place> {
  return { folder: checkout(), env: {}, instead: { "880": await freeTens() }, prologue: END_JOBS };
}

/** All but the last digit of ports of which those that end with 1 to 4 are free. */
async function freeTens(): Promise<string> {
  const tens = String(Math.floor((await freePort()) / 10));
  const taken = await Promise.all(
    [1, 2, 3, 4].map((digit) => portProblem("127.0.0.1", Number(`${tens}${digit}`), 1, "")),
  );
  return taken.every((problem) => problem === null) ? tens : freeTens();
}

/** A folder that looks like the checkout, where blocks may leave files. */
function checkout(): string {
  const folder = makeTempFolder("docs");
  for (const name of readdirSync(projectRoot)) {
    if (!["data", "config.yaml", ".git"].includes(name))
      symlinkSync(path.join(projectRoot, name), path.join(folder, name));
  }
  return folder;
}

/** Runs blocks one after the other in one shell. Throws with the shell's output where one fails. */
export async function runBlocks(
  { folder, env, instead, prologue = "" }: Place,
  blocks: readonly ShellBlock[],
): Promise<void> {
  const script = blocks.map(({ file, line, code }) => `echo "--- ${file}:${line}"\n${code}\n`).join("");
  const text = Object.entries(instead).reduce((all, [printed, used]) => all.replaceAll(printed, used), script);
  const shell = startProcess("bash", ["-c", STRICT + prologue + text], {
    cwd: folder,
    env: { ...process.env, ...env },
    name: "the documentation's shell",
  });
  const { code, signal } = await shell.exited;
  if (code !== 0) throw new Error(`the last block that began ended with ${code ?? signal}:\n${shell.output}`);
}
