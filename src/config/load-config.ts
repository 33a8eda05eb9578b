import { checkSettings, type CheckedSettings } from "./check-settings.js";
import { ConfigError, type ConfigProblem } from "./config-error.js";
import { configSchema, type ConfigValues, type FleetConfig } from "./config-schema.js";
import { problemAt } from "./config-source.js";
import { crossFieldRules, type SettingPath } from "./cross-field-rules.js";
import { deriveNodeId, type HostFacts, readHostFacts } from "./detect-node.js";
import { type Environment, readEnvironment } from "./environment-source.js";
import { knownSections, knownSettings } from "./known-settings.js";
import { readYamlSource } from "./yaml-source.js";

export interface LoadOptions {
  /** Path of the YAML file; without one the environment must hold all that is required. */
  readonly file?: string | undefined;
  readonly env: Environment;
  /** What the host says of itself; asked when not given. */
  readonly host?: HostFacts;
}

/**
 * The effective configuration: environment over file over default, checked as a whole and frozen. Throws ConfigError
 * with every mistake there is. Relative paths are left relative to the working directory of the process.
 */
export function loadConfig({ file, env, host = readHostFacts() }: LoadOptions): FleetConfig {
  const sources = [...(file === undefined ? [] : [readYamlSource(file)]), readEnvironment(env)];
  const settings = checkSettings(sources, file);
  const problems = [...settings.problems];
  // A rule about something that could not be read would find mistakes where there are none.
  if (sources.every(({ complete }) => complete)) problems.push(...checkRules(settings, file));
  if (problems.length > 0) throw new ConfigError(problems);
  return deepFreeze(addDetected(configSchema.parse(toTree(settings.written)), host));
}

function checkRules(settings: CheckedSettings, file: string | undefined): ConfigProblem[] {
  const { valid, entries } = settings;
  const problem = (keys: readonly SettingPath[], message: string): ConfigProblem => {
    const entry = keys.map((key) => entries.get(key)).find((candidate) => candidate !== undefined);
    const origin = entry?.origin ?? { file: file ?? "environment", key: keys[0] ?? "" };
    // Not `server.port: server.port must ...`
    return problemAt(origin, message.startsWith(`${origin.key} `) ? message.slice(origin.key.length + 1) : message);
  };
  return crossFieldRules.flatMap(({ keys, check }) => {
    const message = keys.every((key) => valid.has(key)) ? check(valid) : undefined;
    return message === undefined ? [] : [problem(keys, message)];
  });
}

function toTree(written: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  const sections = new Map([["", root]]);
  for (const { path } of knownSections) {
    if (path === "") continue;
    const section: Record<string, unknown> = {};
    sections.set(path, section);
    place(sections, path, section);
  }
  for (const { path } of knownSettings) if (written.has(path)) place(sections, path, written.get(path));
  return root;
}

function place(sections: ReadonlyMap<string, Record<string, unknown>>, path: string, value: unknown): void {
  const dot = path.lastIndexOf(".");
  const parent = sections.get(path.slice(0, Math.max(0, dot)));
  if (parent) parent[path.slice(dot + 1)] = value;
}

function addDetected(values: ConfigValues, host: HostFacts): FleetConfig {
  const { server, cluster, sessions, logging } = values;
  const hostname = cluster.hostname ?? host.hostname;
  const sharedUrl = server.db_url === undefined ? {} : { db_url: server.db_url };
  return {
    ...values,
    cluster: {
      ...sharedUrl,
      ...cluster,
      hostname,
      // By the port it listens on: nodes behind one address may all show the same port.
      node_id: cluster.node_id ?? deriveNodeId(hostname, host.machineId, server.port),
      port: cluster.port ?? server.port,
    },
    sessions: { ...sharedUrl, ...sessions },
    logging: { ...logging, format: logging.format ?? (host.terminal ? "pretty" : "json") },
  };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
