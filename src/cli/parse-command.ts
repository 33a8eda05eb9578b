import { closest, distance } from "fastest-levenshtein";
import { parseArgs } from "node:util";
import type { Command } from "./command.js";
import { accessSyntax } from "./syntax/access-syntax.js";
import { type CommandSyntax, type OptionValues, UsageError, options } from "./syntax/command-syntax.js";
import { dataSyntax } from "./syntax/data-syntax.js";
import { nodeSyntax } from "./syntax/node-syntax.js";

const commands: readonly CommandSyntax[] = [...nodeSyntax, ...dataSyntax, ...accessSyntax];
/** What every command takes. */
const COMMON: readonly string[] = ["config", "help"];

/** Reads the command line; what is not understood starts nothing. */
export function parseCommand(argv: readonly string[]): Command {
  try {
    const { values, positionals } = parse(argv);
    // Whoever asks for help may have written the rest in any way.
    if (values.help || positionals[0] === "help") return { name: "help" };
    if (values.config === "") throw new UsageError("--config needs the path of a file: --config config.yaml");
    const command = commandOf(positionals.length === 0 ? ["start"] : positionals);
    assertTaken(command, values);
    return command.read(values, operandsOf(command, positionals));
  } catch (error) {
    return { name: "unknown", problem: error instanceof Error ? error.message : String(error) };
  }
}

function parse(argv: readonly string[]): { values: OptionValues; positionals: string[] } {
  try {
    return parseArgs({ args: [...argv], allowPositionals: true, options });
  } catch (error) {
    const unknown = /Unknown option '--([^']+)'/.exec(String(error))?.[1];
    if (unknown === undefined) throw error;
    const near = nearest(unknown, Object.keys(options));
    throw new UsageError(`There is no option --${unknown}.${near === undefined ? "" : ` Did you mean --${near}?`}`);
  }
}

function commandOf(positionals: readonly string[]): CommandSyntax {
  const found = commands.find(({ words }) => `${positionals.join(" ")} `.startsWith(`${words} `));
  if (found) return found;
  const [noun = ""] = positionals;
  const verbs = commands.filter(({ words }) => words.startsWith(`${noun} `)).map(({ words }) => words.split(" ")[1]);
  if (verbs.length > 0 && positionals.length === 1) throw new UsageError(`${noun} needs one of ${verbs.join(", ")}`);
  const written = positionals.slice(0, 2).join(" ");
  const words = commands.map((command) => command.words);
  const near = nearest(written, words) ?? nearest(noun, words);
  throw new UsageError(
    `There is no command "${positionals.join(" ")}".${near === undefined ? "" : ` Did you mean "${near}"?`}`,
  );
}

function operandsOf({ words, operands = [] }: CommandSyntax, positionals: readonly string[]): readonly string[] {
  const given = positionals.slice(words.split(" ").length);
  if (given.length < operands.length)
    throw new UsageError(`${words} needs ${operands.slice(given.length).join(" and ")}`);
  const [surplus] = given.slice(operands.length);
  if (surplus !== undefined) throw new UsageError(`${words} has nothing to do with "${surplus}"`);
  return given;
}

function assertTaken({ words, options: taken = [] }: CommandSyntax, values: OptionValues): void {
  const odd = Object.keys(values).find((name) => !COMMON.includes(name) && !taken.some((one) => one === name));
  if (odd !== undefined) throw new UsageError(`${words} has no option --${odd}`);
}

/** Undefined where so much differs that another was meant. */
function nearest(written: string, names: readonly string[]): string | undefined {
  const near = closest(written, names);
  return distance(written, near) <= Math.max(2, Math.floor(written.length / 3)) ? near : undefined;
}
