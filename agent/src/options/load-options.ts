import { errorCode } from "../error-code.js";
import { type AgentOptions, type ReadText, resolveOptions } from "./agent-options.js";
import type { CommandLine } from "./command-line.js";
import { configFileLayer } from "./config-file-layer.js";
import { environmentLayer } from "./environment-layer.js";
import type { OptionLayer } from "./option-layer.js";

/** The agent's options from command line, environment and file, in this order of strength, or every problem with them. */
export function loadOptions(
  commandLine: CommandLine,
  environment: NodeJS.ProcessEnv,
  readText: ReadText,
): { options: AgentOptions } | { problems: string[] } {
  const file = readConfigFile(commandLine.configFile, readText);
  const resolved = resolveOptions([commandLine.layer, environmentLayer(environment), file.layer], readText);
  const problems = [...commandLine.problems, ...file.problems, ...("problems" in resolved ? resolved.problems : [])];
  return "options" in resolved && problems.length === 0 ? resolved : { problems };
}

function readConfigFile(file: string | undefined, readText: ReadText): { layer: OptionLayer; problems: string[] } {
  if (file === undefined) return { layer: {}, problems: [] };
  try {
    return configFileLayer(readText(file), file);
  } catch (error) {
    return { layer: {}, problems: [`--config: cannot read ${file} (${errorCode(error, "not readable")})`] };
  }
}
