import type { ConfigProblem } from "./config-error.js";
import { type ConfigSource, problemAt, type SourceEntry } from "./config-source.js";
import { environmentName, knownSettings, type Setting } from "./known-settings.js";
import { readItemSecrets, readSecretFile } from "./secret-file.js";

/** The settings one by one, before any two are compared. */
export interface CheckedSettings {
  /** Values as written, those of secret files included; defaults are not. */
  readonly written: ReadonlyMap<string, unknown>;
  /** Values as the program sees them, defaults included, but only those that are certain: none with a problem. */
  readonly valid: ReadonlyMap<string, unknown>;
  readonly entries: ReadonlyMap<string, SourceEntry>;
  readonly problems: readonly ConfigProblem[];
}

/** Takes each setting from the last source that gives it, and checks it by itself. */
export function checkSettings(sources: readonly ConfigSource[], file: string | undefined): CheckedSettings {
  const entries = new Map(sources.flatMap((source) => source.entries.map((entry) => [entry.setting.path, entry])));
  const problems = sources.flatMap((source) => source.problems);
  const written = new Map<string, unknown>();
  const valid = new Map<string, unknown>();
  for (const setting of knownSettings) {
    const entry = entries.get(setting.path);
    if (!entry) {
      if (isLeftOut(setting, sources)) {
        if (setting.required) problems.push(missing(setting, file));
        else valid.set(setting.path, setting.schema.parse(undefined));
      }
      continue;
    }
    const { itemSecrets } = setting.meta;
    const secret = entry.namesFile
      ? readSecretFile(entry)
      : itemSecrets
        ? readItemSecrets(entry, Object.keys(itemSecrets))
        : { value: entry.value };
    if ("problem" in secret) {
      problems.push(secret.problem);
      continue;
    }
    const result = setting.schema.safeParse(secret.value);
    if (result.success) {
      written.set(setting.path, secret.value);
      valid.set(setting.path, result.data);
    } else {
      problems.push(...describeIssues(entry, result.error.issues, secret.value));
    }
  }
  return { written, valid, entries, problems };
}

/** Not so when an unknown key probably meant it, or when it may stand in the part which could not be read. */
function isLeftOut(setting: Setting, sources: readonly ConfigSource[]): boolean {
  return sources.every(
    ({ complete, meant }) =>
      complete && ![...meant].some((path) => path === setting.path || setting.path.startsWith(`${path}.`)),
  );
}

function missing({ path, meta }: Setting, file: string | undefined): ConfigProblem {
  const variable = environmentName(path);
  const orFile = meta.secret ? `, or ${variable}_FILE to the path of a file that holds it` : "";
  return file === undefined
    ? { file: "environment", key: variable, message: `is required: set it${orFile}` }
    : {
        file,
        key: path,
        message: `is required: set it here${meta.secret ? ` (or ${path}_file)` : ""}, or by ${variable}`,
      };
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** The first issue of each place: of an empty text one need not also read that it is too short. */
function describeIssues(entry: SourceEntry, issues: readonly Issue[], value: unknown): ConfigProblem[] {
  const places = new Map<number, string>();
  for (const issue of issues) {
    const place = typeof issue.path[0] === "number" ? issue.path[0] : -1;
    if (!places.has(place)) places.set(place, [...issue.path.slice(1).map(String), issue.message].join(": "));
  }
  const count = Array.isArray(value) ? value.length : 1;
  return [...places].map(([place, message]) => {
    if (place < 0) return problemAt(entry.origin, message);
    const line = entry.namesFile ? undefined : entry.origin.itemLines?.[place];
    const origin = line === undefined ? entry.origin : { ...entry.origin, line };
    return problemAt(origin, `entry ${place + 1} of ${count}: ${message}`);
  });
}
