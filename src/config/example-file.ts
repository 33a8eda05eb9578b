import { z } from "zod";
import { knownSections, knownSettings, type Setting } from "./known-settings.js";
import { describeSetting } from "./schema/setting.js";

const width = 118;

const header = `# yaml-language-server: $schema=./fleet.schema.json

# Every setting of Fleet Server. What is not commented out is required or shows its default: a file of your own needs
# only the required settings and those that you change. This file is generated from the settings' schema.
#
# Environment variables win over this file: server.api_key is FLEET_SERVER__API_KEY, sessions.redis.host is
# FLEET_SESSIONS__REDIS__HOST. A secret can be read from a file instead: write api_key_file: /run/secrets/api_key, or
# set FLEET_SERVER__API_KEY_FILE. Keys are made by: fleet-server keys generate
# Relative paths start at the folder in which the server is started.
`;

/** `config/fleet.example.yaml`: every setting with a comment, and its default, an example or a placeholder. */
export function exampleFile(): string {
  const sections = knownSections.filter(({ path }) => path !== "");
  return [header, ...sections.map(({ path, description }) => sectionText(path, description))].join("\n");
}

function sectionText(path: string, description: string): string {
  const indent = "  ".repeat(path.split(".").length - 1);
  const settings = knownSettings.filter((setting) => setting.path.slice(0, setting.path.lastIndexOf(".")) === path);
  const lines = [...comment(description, indent), `${indent}${lastKey(path)}:`];
  return `${[...lines, settings.map((setting) => settingText(setting, `${indent}  `)).join("\n\n")].join("\n")}\n`;
}

function settingText(setting: Setting, indent: string): string {
  const { value, commentedOut } = shownValue(setting);
  const line = `${lastKey(setting.path)}: ${JSON.stringify(value)}`;
  return [...comment(noteOf(setting), indent), `${indent}${commentedOut ? "# " : ""}${line}`].join("\n");
}

function noteOf(setting: Setting): string {
  const text = describeSetting(setting.meta);
  return setting.required ? `Required. ${text}` : text;
}

/** A default is shown as it is; where there is none, an example, which only a required setting shows in force. */
function shownValue({ path, schema, required, meta }: Setting): { value: unknown; commentedOut: boolean } {
  const { default: fallback } = z.toJSONSchema(schema, { io: "input" });
  const hasDefault = fallback !== undefined && !(Array.isArray(fallback) && fallback.length === 0);
  if (hasDefault) return { value: fallback, commentedOut: false };
  if (meta.example === undefined) throw new Error(`${path} has neither a default nor an example`);
  return { value: meta.example, commentedOut: !required };
}

function comment(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = `${indent}#`;
  for (const word of text.split(" ")) {
    if (line.length + 1 + word.length > width) {
      lines.push(line);
      line = `${indent}#`;
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

function lastKey(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}
