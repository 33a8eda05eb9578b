import { createInterface } from "node:readline";

/**
 * Passes a child's lines on with its name in front.
 *
 * @param {import("node:child_process").ChildProcess} child
 * @param {string} name
 */
export function label(child, name) {
  for (const [from, to] of /** @type {const} */ ([
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ])) {
    if (from !== null) createInterface({ input: from }).on("line", (line) => to.write(`[${name}] ${line}\n`));
  }
}
