import { writeFileSync } from "node:fs";
import path from "node:path";
import { stringify } from "yaml";
import { runDoctor } from "../../src/cli/run-doctor.js";
import { loadConfig } from "../../src/config/load-config.js";
import { makeTempFolder } from "./temp-folder.js";

export interface Examined {
  readonly code: number;
  readonly status: string;
  readonly checks: readonly { name: string; status: string; summary: string; fix?: string }[];
  /** The whole document, as it was printed. */
  readonly text: string;
}

const host = { hostname: "server-07.example.com", machineId: "0123456789abcdef", terminal: false };

/** What `fleet-server doctor --json` says of a server with these settings. */
export async function examine(server: Record<string, unknown>): Promise<Examined> {
  const file = path.join(makeTempFolder("doctor"), "config.yaml");
  const required = { api_key: "agent-key-0123456789", web_password: "correct horse battery" };
  writeFileSync(file, stringify({ server: { ...required, ...server } }), { mode: 0o600 });
  let text = "";
  const output = { write: (chunk: string | Uint8Array) => (text += String(chunk)) !== "" };
  const code = await runDoctor(() => loadConfig({ file, env: {}, host }), { json: true }, output);
  return { ...(JSON.parse(text) as Omit<Examined, "code" | "text">), code, text };
}

/** The check of this name, which must have one finding. */
export function finding({ checks }: Examined, name: string): Examined["checks"][number] {
  const found = checks.filter((check) => check.name === name);
  const [only] = found;
  if (only === undefined || found.length > 1)
    throw new Error(`${found.length} findings of ${name} in ${JSON.stringify(checks)}`);
  return only;
}
