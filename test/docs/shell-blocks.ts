import { readFileSync } from "node:fs";
import path from "node:path";
import { projectRoot } from "../support/project-root.js";

/** What stands above a shell block: `<!-- run: PLACE -->`, `<!-- tested: FILE -->` or `<!-- not run: WHY -->`. */
type Mark =
  | { readonly kind: "run"; readonly place: string }
  | { readonly kind: "tested"; readonly file: string }
  | { readonly kind: "not run"; readonly why: string };

export interface ShellBlock {
  /** From the checkout. */
  readonly file: string;
  /** Of the first line within the fence, from 1. */
  readonly line: number;
  readonly code: string;
  /** Null where it carries none. */
  readonly mark: Mark | null;
}

const FENCE = /^( *)```(\w*)\s*$/;
const SHELLS = new Set(["bash", "sh", "shell", "console"]);
const MARK = /^ *<!-- (run|tested|not run): (.+?) -->\s*$/;

/** The shell blocks of a document in Markdown, in their order. */
export function shellBlocks(file: string, text = readFileSync(path.join(projectRoot, file), "utf8")): ShellBlock[] {
  const lines = text.split("\n");
  const blocks: ShellBlock[] = [];
  for (let at = 0; at < lines.length; at++) {
    const [, indent = "", language = ""] = FENCE.exec(lines[at] ?? "") ?? [];
    if (!FENCE.test(lines[at] ?? "")) continue;
    const start = at + 1;
    const end = lines.findIndex((line, index) => index >= start && line.trim() === "```");
    if (end < 0) throw new Error(`${file}:${at + 1}: the block has no end`);
    if (SHELLS.has(language)) {
      const code = lines.slice(start, end).map((line) => line.slice(indent.length));
      blocks.push({ file, line: start + 1, code: code.join("\n"), mark: markAbove(lines, at) });
    }
    at = end;
  }
  return blocks;
}

/** Prettier sets an empty line between a comment and a fence. */
function markAbove(lines: readonly string[], fence: number): Mark | null {
  const above = lines[fence - 1]?.trim() === "" ? lines[fence - 2] : lines[fence - 1];
  const [, kind, words = ""] = MARK.exec(above ?? "") ?? [];
  if (kind === "run") return { kind, place: words };
  if (kind === "tested") return { kind, file: words };
  if (kind === "not run") return { kind, why: words };
  return null;
}
