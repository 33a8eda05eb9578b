import { parse } from "yaml";
import type { ConfigProblem } from "./config-error.js";
import { type ConfigSource, findConflicts, type SourceEntry } from "./config-source.js";
import { environmentName, type ValueKind, writableKeys } from "./known-settings.js";
import { nearestName, nearlyEqualName } from "./nearest-name.js";

export type Environment = Readonly<Record<string, string | undefined>>;

const unreadable = Symbol("unreadable");
const oneOrList = 'must be one value, or a list such as ["a", "b"]';
const unreadableMessages: Readonly<Record<ValueKind, string>> = {
  number: oneOrList,
  boolean: oneOrList,
  text: oneOrList,
  list: oneOrList,
  objects: 'must be a list in JSON, such as [{"name": "a"}]',
};
const keyByVariable = new Map([...writableKeys.values()].map((key) => [environmentName(key.path), key]));

/**
 * The settings in the variables `FLEET_<SECTION>__<KEY>`. An empty variable counts as not set, as compose files
 * pass one for every variable they mention.
 */
export function readEnvironment(environment: Environment): ConfigSource {
  const entries: SourceEntry[] = [];
  const problems: ConfigProblem[] = [];
  const meant = new Set<string>();
  for (const [name, text] of Object.entries(environment).sort()) {
    if (!name.startsWith("FLEET_") || name.startsWith("FLEET_AGENT_") || name === "FLEET_CONFIG" || !text) continue;
    const key = keyByVariable.get(name);
    if (key) {
      const value = key.namesFile ? text : convert(text, key.setting.kind);
      if (value === unreadable) {
        meant.add(key.setting.path);
        problems.push({ file: "environment", key: name, message: unreadableMessages[key.setting.kind] });
      } else {
        entries.push({ ...key, value, origin: { file: "environment", key: name } });
      }
    } else {
      const path = guessPath(name, text);
      const guess = path === undefined ? undefined : writableKeys.get(path);
      if (guess) meant.add(guess.setting.path);
      if (path !== undefined || isMeantForUs(name)) problems.push(unknownVariable(name, path));
    }
  }
  problems.push(...findConflicts(entries));
  return { entries, problems, meant, complete: true };
}

/** A text that does not convert is left as it is: the setting's own check then says what it must be. */
function convert(text: string, kind: ValueKind): unknown {
  const trimmed = text.trim();
  switch (kind) {
    case "number":
      return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(trimmed) ? Number(trimmed) : text;
    case "boolean":
      return /^(true|false)$/i.test(trimmed) ? trimmed.toLowerCase() === "true" : text;
    case "list":
      return trimmed.startsWith("[") && trimmed.endsWith("]") ? parseList(trimmed, "failsafe") : text;
    case "objects":
      return parseList(trimmed, "core");
    case "text":
      return text;
  }
}

/** A flow list, of which JSON is a special case. The failsafe schema reads every item as text. */
function parseList(text: string, schema: "failsafe" | "core"): unknown {
  try {
    return parse(text, { schema, prettyErrors: false });
  } catch {
    return unreadable;
  }
}

function isMeantForUs(name: string): boolean {
  return name.includes("__");
}

function guessPath(name: string, text: string): string | undefined {
  // Kubernetes and Docker link a service named `fleet-server` by FLEET_SERVER_PORT=tcp://10.0.0.1:8768.
  if (/^(tcp|udp|sctp):\/\//.test(text)) return undefined;
  const path = name.slice("FLEET_".length).toLowerCase().replaceAll("__", ".");
  return isMeantForUs(name)
    ? nearestName(path, writableKeys.keys())
    : nearlyEqualName(path, ["config", ...writableKeys.keys()]);
}

function unknownVariable(name: string, path: string | undefined): ConfigProblem {
  const hint = path === undefined ? "remove it" : `did you mean "${environmentName(path)}"?`;
  return { file: "environment", key: name, message: `unknown variable, ${hint}` };
}
