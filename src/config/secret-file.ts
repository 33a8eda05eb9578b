import type { ConfigProblem } from "./config-error.js";
import { problemAt, type SourceEntry } from "./config-source.js";
import { readTextFile } from "./read-text-file.js";

/**
 * Reads the secret of a `<key>_file` setting: the content without its trailing newline, or one key per line where the
 * setting may be a list. A path that cannot be read is not shown: it may be the secret itself, under the wrong key.
 */
export function readSecretFile(entry: SourceEntry): { value: string | string[] } | { problem: ConfigProblem } {
  if (typeof entry.value !== "string") {
    return { problem: problemAt(entry.origin, "must be the path of a file, in quotes") };
  }
  const content = readTextFile(entry.value);
  if ("reason" in content) {
    return { problem: problemAt(entry.origin, `the file it names cannot be read: ${content.reason}`) };
  }
  const text = content.text.replace(/[\r\n]+$/, "");
  if (text === "") return { problem: problemAt(entry.origin, "the file it names is empty") };
  if (entry.setting.kind !== "list") return { value: text };
  const lines = text.split(/\r?\n/).filter((line) => line !== "");
  const [only, ...others] = lines;
  return { value: only !== undefined && others.length === 0 ? only : lines };
}
