import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import type { Environment } from "./environment-source.js";

/**
 * Which file holds the configuration: the one named on the command line, else FLEET_CONFIG, else `config.yaml` in the
 * working directory if there is one; undefined when only the environment is left. A file that was named need not exist.
 */
export function resolveConfigFile(argument: string | undefined, env: Environment, cwd: string): string | undefined {
  const named = argument ?? (env["FLEET_CONFIG"] || undefined);
  if (named !== undefined) return fromHere(named, cwd);
  return existsSync(resolve(cwd, "config.yaml")) ? fromHere("config.yaml", cwd) : undefined;
}

/** A relative path stays short in messages and right for a process that works elsewhere. */
function fromHere(path: string, cwd: string): string {
  return resolve(path) === path ? path : relative("", resolve(cwd, path));
}
