import { bytesText } from "../common/bytes-text.js";
import { valueAt } from "../common/value-at.js";
import type { MachineStatus } from "../fleet/machines/machine-status.js";
import type { Machine } from "../fleet/machines/machine-answer.js";
import { agoText, durationText } from "./figure-text.js";

const MAX_NAME = 200;

/** A share of something, 0 to 100, and in words what it is a share of. */
export interface Gauge {
  readonly percent: number;
  /** `6.7 of 15.6 GiB`, or nothing where the agent did not tell. */
  readonly detail: string | undefined;
}

/** A machine as one row of the dashboard shows it; undefined is what its agent did not tell. */
export interface MachineRow {
  readonly name: string;
  readonly machineId: string;
  readonly system: string | undefined;
  readonly status: MachineStatus;
  readonly cpu: Gauge | undefined;
  readonly memory: Gauge | undefined;
  readonly disk: Gauge | undefined;
  readonly lastSeen: string;
  readonly lastSeenAt: string;
  readonly uptime: string | undefined;
}

/** Picks out of a machine what a row shows. Nobody has checked what agents say of themselves: odd values are left out. */
export function machineRow(machine: Machine, nowMs: number): MachineRow {
  const { info, latest_metrics: metrics, status } = machine;
  const cores = numberAt(metrics, "cpu", "count") ?? numberAt(info, "cpu_count");
  const uptime = numberAt(metrics, "uptime_seconds");
  const system = [textAt(info, "os"), textAt(info, "os_version")].filter((part) => part !== undefined).join(" ");
  return {
    name: textAt(info, "hostname") ?? textAt(info, "computer_name") ?? machine.machine_id,
    machineId: machine.machine_id,
    system: system === "" ? undefined : system,
    status,
    cpu: gauge(metrics, "cpu", cores === undefined ? undefined : `${cores} ${cores === 1 ? "core" : "cores"}`),
    memory: gauge(metrics, "memory", usedOfTotal(metrics, "memory")),
    disk: gauge(metrics, "disk", usedOfTotal(metrics, "disk")),
    lastSeen: agoText(nowMs - Date.parse(machine.last_seen)),
    lastSeenAt: machine.last_seen,
    // Of a machine that is offline nobody knows whether it still runs.
    uptime: uptime === undefined || status === "offline" ? undefined : durationText(uptime),
  };
}

function gauge(metrics: unknown, name: string, detail: string | undefined): Gauge | undefined {
  const percent = numberAt(metrics, name, "percent");
  return percent === undefined || percent > 100 ? undefined : { percent, detail };
}

function usedOfTotal(metrics: unknown, name: string): string | undefined {
  const used = numberAt(metrics, name, "used");
  const total = numberAt(metrics, name, "total");
  return used === undefined || total === undefined ? undefined : `${bytesText(used)} of ${bytesText(total)}`;
}

/** The finite number of at least zero at the end of `path`. */
function numberAt(value: unknown, ...path: readonly string[]): number | undefined {
  const found = valueAt(value, path);
  return typeof found === "number" && found >= 0 && found <= Number.MAX_SAFE_INTEGER ? found : undefined;
}

/** The text at the end of `path`, if there is any in it, cut to a length that a table bears. */
function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = valueAt(value, path);
  if (typeof found !== "string" || found.trim() === "") return undefined;
  return found.length > MAX_NAME ? `${found.slice(0, MAX_NAME)}…` : found;
}
