import { parseArgs, type ParseArgsConfig } from "node:util";

import { LIST_OPTIONS, OPTION_NAMES, type OptionLayer, type OptionName, splitList } from "./option-layer.js";

const FLAGS = ["once", "help", "version"] as const;

const optionOf = new Map<string, OptionName>(OPTION_NAMES.map((name) => [name.replaceAll("_", "-"), name]));

export interface CommandLine {
  layer: OptionLayer;
  configFile: string | undefined;
  once: boolean;
  help: boolean;
  version: boolean;
  /** Everything wrong with the arguments, one sentence each; values are never repeated, they may be secrets. */
  problems: string[];
}

/** Reads the arguments behind the program's name. */
export function parseCommandLine(args: string[]): CommandLine {
  const line: CommandLine = {
    layer: {},
    configFile: undefined,
    once: false,
    help: false,
    version: false,
    problems: [],
  };
  for (const token of tokensOf(args)) {
    if (token.kind === "positional") {
      line.problems.push(`argument ${token.index + 1} belongs to no option (see --help)`);
    }
    if (token.kind !== "option") continue;
    const flag = FLAGS.find((name) => name === token.name);
    if (flag !== undefined && token.value === undefined) line[flag] = true;
    else if (flag !== undefined) line.problems.push(`--${flag} takes no value`);
    else take(line, token);
  }
  return line;
}

function take(line: CommandLine, token: OptionToken): void {
  const flag = `--${token.name}`;
  const option = optionOf.get(token.name);
  if (option === undefined && token.name !== "config") {
    line.problems.push(`unknown option ${token.rawName.split("=")[0] ?? flag} (see --help)`);
    return;
  }
  const given = option === undefined ? line.configFile : line.layer[option];
  // "--api-key --once" is a forgotten value; a value that does begin with a dash is written "--api-key=-x".
  const forgotten = token.value === undefined || (!token.inlineValue && token.value.startsWith("--"));
  if (forgotten || token.value === undefined || token.value.trim() === "") {
    line.problems.push(`${flag} needs a value`);
  } else if (given !== undefined && !isList(option)) {
    line.problems.push(`${flag} is given twice`);
  } else if (option === undefined) {
    line.configFile = token.value;
  } else {
    const text = token.value.trim();
    const values = isList(option) && option !== "server" ? splitList(text) : [text];
    line.layer[option] = { values: [...(line.layer[option]?.values ?? []), ...values], from: flag };
  }
}

function isList(option: OptionName | undefined): boolean {
  return option !== undefined && LIST_OPTIONS.includes(option);
}

interface OptionToken {
  name: string;
  rawName: string;
  value: string | undefined;
  inlineValue: boolean | undefined;
}

function tokensOf(args: string[]): NonNullable<ReturnType<typeof parseArgs>["tokens"]> {
  const options: NonNullable<ParseArgsConfig["options"]> = {};
  for (const name of [...optionOf.keys(), "config"]) options[name] = { type: "string", multiple: true };
  for (const name of FLAGS) options[name] = { type: "boolean", ...(name === "help" ? { short: "h" } : {}) };
  // Not strict: the first mistake would be the only one reported.
  return parseArgs({ args, options, strict: false, tokens: true, allowPositionals: true }).tokens;
}
