import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { Writable } from "node:stream";
import type { ReadStream } from "node:tty";
import { CommandError } from "./command-error.js";

type Input = NodeJS.ReadableStream & Partial<Pick<ReadStream, "isTTY">>;

/**
 * A new password: asked for twice, and not shown, on a terminal; else the first line of the input. Never from the
 * arguments, which every user of the machine can read. Throws CommandError.
 */
export async function readPassword(
  username: string,
  input: Input = process.stdin,
  prompt: Pick<NodeJS.WritableStream, "write"> = process.stderr,
): Promise<string> {
  if (!input.isTTY) {
    const [line = ""] = (await text(input)).split(/\r?\n/, 1);
    if (line !== "") return line;
    throw new CommandError({ what: "No password was given", fix: "write it as the first line of standard input" });
  }
  const [password, again] = await ask(input, prompt, [`New password for ${username}: `, "Again: "]);
  if (password === undefined || again === undefined) {
    throw new CommandError({ what: "No password was given", fix: "nothing was changed" });
  }
  if (password === again) return password;
  throw new CommandError({ what: "The two passwords differ", fix: "nothing was changed, try again" });
}

/** A line for each prompt, as far as they came. */
async function ask(
  input: NodeJS.ReadableStream,
  prompt: Pick<NodeJS.WritableStream, "write">,
  prompts: readonly string[],
): Promise<string[]> {
  // The terminal does not echo by itself while readline reads it, and what readline would echo goes nowhere.
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const terminal = createInterface({ input, output: nowhere, terminal: true, historySize: 0 });
  const lines: string[] = [];
  try {
    prompt.write(prompts[0] ?? "");
    return await new Promise((resolve) => {
      terminal.on("line", (line) => {
        lines.push(line);
        prompt.write(`\n${prompts[lines.length] ?? ""}`);
        if (lines.length === prompts.length) resolve(lines);
      });
      // Ctrl-C and Ctrl-D.
      terminal.on("close", () => {
        prompt.write("\n");
        resolve(lines);
      });
    });
  } finally {
    terminal.removeAllListeners("close");
    terminal.close();
  }
}
