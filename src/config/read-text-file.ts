import { readFileSync } from "node:fs";

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a directory",
  EACCES: "this user may not read it",
  EPERM: "this user may not read it",
};

/** The text of a file in UTF-8, or why there is none, in words that do not name the file. */
export function readTextFile(path: string): { text: string } | { reason: string } {
  try {
    return { text: readFileSync(path, "utf8") };
  } catch (error) {
    const code = typeof error === "object" && error && "code" in error ? String(error.code) : "unknown error";
    return { reason: reasons[code] ?? `reading it failed (${code})` };
  }
}
