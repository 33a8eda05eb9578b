import type { Command } from "../command.js";

/** Every option of every command, as `parseArgs` of node:util takes them. */
export const options = {
  config: { type: "string" },
  check: { type: "boolean" },
  json: { type: "boolean" },
  url: { type: "string" },
  rate: { type: "string" },
  wait: { type: "string" },
  gone: { type: "string", multiple: true },
  from: { type: "string" },
  to: { type: "string" },
  force: { type: "boolean" },
  finish: { type: "boolean" },
  timezone: { type: "string" },
  key: { type: "string" },
  "key-file": { type: "string" },
  role: { type: "string" },
  scope: { type: "string" },
  expires: { type: "string" },
  "requests-per-minute": { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

type OptionName = keyof typeof options;

/** What was given; an option that was not is missing. */
export type OptionValues = {
  readonly [Name in OptionName]?:
    | ((typeof options)[Name] extends { multiple: true }
        ? readonly string[]
        : (typeof options)[Name]["type"] extends "string"
          ? string
          : boolean)
    | undefined;
};

/** One command, as it is written. */
export interface CommandSyntax {
  /** `users add` */
  readonly words: string;
  /** What has to follow the words, by the names that the usage has for it. */
  readonly operands?: readonly string[];
  /** Those it takes besides `--config` and `--help`. */
  readonly options?: readonly OptionName[];
  /** Throws UsageError. There are as many operands as were named. */
  read(values: OptionValues, operands: readonly string[]): Command;
}

/** What was written is no command, or lacks something; a sentence says what. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}
