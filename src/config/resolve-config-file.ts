import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import { ConfigError } from "./config-error.js";
import type { Environment } from "./environment-source.js";

/**
 * Which file holds the configuration: `--config FILE`, else FLEET_CONFIG, else `config.yaml` in the working directory
 * if there is one; undefined when only the environment is left. A file that was named need not exist. Throws
 * ConfigError for `--config` without a file.
 */
export function resolveConfigFile(argv: readonly string[], env: Environment, cwd: string): string | undefined {
  const named = fileArgument(argv) ?? (env["FLEET_CONFIG"] || undefined);
  if (named !== undefined) return fromHere(named, cwd);
  return existsSync(resolve(cwd, "config.yaml")) ? fromHere("config.yaml", cwd) : undefined;
}

function fileArgument(argv: readonly string[]): string | undefined {
  const index = argv.findLastIndex((argument) => argument === "--config" || argument.startsWith("--config="));
  if (index < 0) return undefined;
  const argument = argv[index];
  const file = argument === "--config" ? argv[index + 1] : argument?.slice("--config=".length);
  if (file && !file.startsWith("--")) return file;
  throw new ConfigError([{ file: "--config", key: "", message: "needs the path of a file: --config config.yaml" }]);
}

/** A relative path stays short in messages and right for a process that works elsewhere. */
function fromHere(path: string, cwd: string): string {
  return resolve(path) === path ? path : relative("", resolve(cwd, path));
}
