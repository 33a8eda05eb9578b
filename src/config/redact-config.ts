import type { FleetConfig } from "./config-schema.js";
import { knownSettings } from "./known-settings.js";
import type { SettingMeta } from "./schema/setting.js";

const redacted = "[redacted]";

/** The configuration as a plain object that may be printed: secrets are replaced, database URLs keep their host. */
export function redactConfig(config: FleetConfig): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const { path, meta } of knownSettings) {
    const keys = path.split(".");
    const value = keys.reduce<unknown>(valueOf, config);
    if (value === undefined) continue;
    const section = keys.slice(0, -1).reduce(openSection, result);
    section[keys.at(-1) ?? path] = redactSetting(value, meta);
  }
  return result;
}

function valueOf(container: unknown, key: string): unknown {
  return typeof container === "object" && container !== null ? (container as Record<string, unknown>)[key] : undefined;
}

function openSection(parent: Record<string, unknown>, key: string): Record<string, unknown> {
  return (parent[key] ??= {}) as Record<string, unknown>;
}

function redactSetting(value: unknown, { secret, itemSecrets }: SettingMeta): unknown {
  if (secret) return redact(value, secret);
  if (!itemSecrets || !Array.isArray(value)) return value;
  return value.map((item: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(
      Object.entries(item).map(([key, member]) => [
        key,
        itemSecrets[key] ? redactMember(member, itemSecrets[key]) : member,
      ]),
    ),
  );
}

/** The path of a web address may be what lets one in: only the host is shown. */
function redactMember(value: unknown, secret: "value" | "url"): unknown {
  return secret === "url" && typeof value === "string" ? `${new URL(value).origin}/${redacted}` : redacted;
}

function redact(value: unknown, secret: "value" | "url"): unknown {
  if (Array.isArray(value)) return value.map(() => redacted);
  return secret === "url" && typeof value === "string" ? redactUrl(value) : redacted;
}

/** Credentials may stand before the host and among the parameters, of which only the kind of TLS is worth showing. */
function redactUrl(value: string): string {
  const { protocol, username, password, host, pathname, searchParams } = new URL(value);
  const credentials = username || password ? `${redacted}@` : "";
  const sslMode = searchParams.get("sslmode");
  return `${protocol}//${credentials}${host}${pathname}${sslMode === null ? "" : `?sslmode=${sslMode}`}`;
}
