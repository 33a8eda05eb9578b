import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { ConfigError } from "../../../src/config/config-error.js";
import type { FleetConfig } from "../../../src/config/config-schema.js";
import type { HostFacts } from "../../../src/config/detect-node.js";
import { loadConfig } from "../../../src/config/load-config.js";

export const host: HostFacts = { hostname: "server-07.example.com", machineId: "0123456789abcdef", terminal: false };

export const apiKey = "agent-key-0123456789";
export const webPassword = "correct horse battery";
export const fernetKey = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";
export const otherFernetKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
export const payloadKey = "7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+8=";

/** The least that a file needs. */
export const required = { "server.api_key": apiKey, "server.web_password": webPassword };

/** A file's text from settings by their paths. */
export function yamlOf(settings: Record<string, unknown>): string {
  const root: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(settings)) {
    const keys = path.split(".");
    const section = keys.slice(0, -1).reduce((parent, key) => (parent[key] ??= {}) as Record<string, unknown>, root);
    section[keys.at(-1) ?? path] = value;
  }
  return stringify(root);
}

interface Written {
  /** The text of `config.yaml`; without it there is no file. */
  readonly yaml?: string;
  readonly env?: Record<string, string>;
  /** Further files by name. `$DIR` in the texts above is their folder. */
  readonly files?: Record<string, string>;
}

export function load(written: Written): FleetConfig {
  return inFolder(written, (file, env) => loadConfig({ file, env, host }));
}

/** The problems as they are printed, without the folder. */
export function problemsOf(written: Written): string[] {
  return inFolder(written, (file, env, folder) => {
    try {
      loadConfig({ file, env, host });
      return [];
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return error.toString().replaceAll(`${folder}/`, "").split("\n");
    }
  });
}

type Use<T> = (file: string | undefined, env: Record<string, string>, folder: string) => T;

function inFolder<T>({ yaml, env = {}, files = {} }: Written, use: Use<T>): T {
  const folder = mkdtempSync(join(tmpdir(), "fleet-config-"));
  const placed = (text: string) => text.replaceAll("$DIR", folder);
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    const file = yaml === undefined ? undefined : join(folder, "config.yaml");
    if (file !== undefined) writeFileSync(file, placed(yaml ?? ""));
    const variables = Object.entries(env).map(([name, value]) => [name, placed(value)] as const);
    return use(file, Object.fromEntries(variables), folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
