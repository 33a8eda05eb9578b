import { existsSync, readFileSync, writeFileSync } from "node:fs";

/**
 * Adds the variables that compose's `.env` lacks, and leaves all that it holds.
 *
 * @param {string} file
 * @param {Readonly<Record<string, string>>} variables
 * @returns {string[]} the lines added
 */
export function completeEnvFile(file, variables) {
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const known = new Set([...text.matchAll(/^\s*(?:export\s+)?(\w+)\s*=/gm)].map(([, name]) => name));
  const added = Object.entries(variables)
    .filter(([name]) => !known.has(name))
    .map(([name, value]) => `${name}=${value}`);
  if (added.length === 0) return [];
  const separator = text === "" || text.endsWith("\n") ? "" : "\n";
  writeFileSync(file, `${text}${separator}${added.join("\n")}\n`);
  return added;
}
