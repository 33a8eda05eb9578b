import type { AgentWords, Machine } from "../api/types.ts";

/** What stands at this path of an agent's words, if it is a number that can be shown. */
export function numberAt(words: unknown, ...path: readonly (string | number)[]): number | null {
  const value = valueAt(words, path);
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** What stands at this path of an agent's words, if it is a text that says something. */
export function textAt(words: unknown, ...path: readonly (string | number)[]): string | null {
  const value = valueAt(words, path);
  return typeof value === "string" && value.trim() !== "" && value !== "Unknown" ? value : null;
}

function valueAt(words: unknown, path: readonly (string | number)[]): unknown {
  let value = words;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[key];
  }
  return value;
}

/** What people call the machine. */
export function machineName({ machine_id, info }: Pick<Machine, "machine_id" | "info">): string {
  return textAt(info, "hostname") ?? textAt(info, "computer_name") ?? machine_id;
}

/** `Debian GNU/Linux 12`, as far as the agent tells. */
export function systemText(info: AgentWords): string | null {
  const os = textAt(info, "os");
  const version = textAt(info, "os_version");
  if (os === null || version === null) return os ?? version;
  return version.includes(os) ? version : `${os} ${version}`;
}

/** The agent's list of disks, without entries that are none. */
export function disksOf(info: AgentWords): readonly AgentWords[] {
  const disks = valueAt(info, ["disks"]);
  return Array.isArray(disks)
    ? disks.filter((disk): disk is AgentWords => typeof disk === "object" && disk !== null)
    : [];
}

/** When it was started, by its own uptime or boot time; null where it tells neither. */
export function startedAt({ info, latest_metrics, last_seen }: Machine): number | null {
  const uptime = numberAt(latest_metrics, "uptime_seconds");
  if (uptime !== null) return Date.parse(last_seen) - uptime * 1000;
  const boot = Date.parse(textAt(info, "boot_time") ?? "");
  return Number.isNaN(boot) ? null : boot;
}

const LEVELS = { warning: 90, critical: 95 } as const;

export type Level = "well" | keyof typeof LEVELS;

/** The server warns above the same limits. */
export function levelOf(percent: number): Level {
  if (percent > LEVELS.critical) return "critical";
  return percent > LEVELS.warning ? "warning" : "well";
}
