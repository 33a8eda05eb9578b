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

/**
 * A list of objects with the secrets that `<member>_file` names put in their members' places. Whatever is no such list is
 * left as it is, for the setting's own check to tell.
 */
export function readItemSecrets(
  entry: SourceEntry,
  members: readonly string[],
): { value: unknown } | { problem: ConfigProblem } {
  if (!Array.isArray(entry.value)) return { value: entry.value };
  const items: unknown[] = [];
  for (const [index, item] of (entry.value as unknown[]).entries()) {
    if (typeof item !== "object" || item === null) items.push(item);
    else {
      const read = withSecrets({ ...item }, members);
      if ("reason" in read) {
        const line = entry.origin.itemLines?.[index];
        const origin = line === undefined ? entry.origin : { ...entry.origin, line };
        return { problem: problemAt(origin, `entry ${index + 1} of ${entry.value.length}: ${read.reason}`) };
      }
      items.push(read.item);
    }
  }
  return { value: items };
}

function withSecrets(
  item: Record<string, unknown>,
  members: readonly string[],
): { item: Record<string, unknown> } | { reason: string } {
  for (const member of members) {
    const { [`${member}_file`]: path, ...others } = item;
    if (path === undefined) continue;
    if (item[member] !== undefined) return { reason: `${member} and ${member}_file set the same: keep one of the two` };
    if (typeof path !== "string") return { reason: `${member}_file must be the path of a file, in quotes` };
    const content = readTextFile(path);
    if ("reason" in content) return { reason: `the file that ${member}_file names cannot be read: ${content.reason}` };
    item = { ...others, [member]: content.text.replace(/[\r\n]+$/, "") };
  }
  return { item };
}
