import { parseArgs } from "node:util";

export type Command =
  | { readonly name: "start" | "check"; readonly configFile: string | undefined }
  | { readonly name: "generate-keys" }
  | { readonly name: "help" }
  | { readonly name: "unknown"; readonly problem: string };

const commands = {
  start: "start",
  "config check": "check",
  "keys generate": "generate-keys",
} as const;

/** Reads the command line; what is not understood starts nothing. */
export function parseCommand(argv: readonly string[]): Command {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { config: { type: "string" }, check: { type: "boolean" }, help: { type: "boolean", short: "h" } },
    });
  } catch (error) {
    return { name: "unknown", problem: error instanceof Error ? error.message : String(error) };
  }
  const { values, positionals } = parsed;
  if (values.help) return { name: "help" };
  const words = positionals.join(" ") || "start";
  if (!Object.hasOwn(commands, words)) return { name: "unknown", problem: `There is no command "${words}".` };
  if (values.config === "")
    return { name: "unknown", problem: "--config needs the path of a file: --config config.yaml" };
  const name = commands[words as keyof typeof commands];
  if (name === "generate-keys") return { name };
  return { name: values.check ? "check" : name, configFile: values.config };
}
