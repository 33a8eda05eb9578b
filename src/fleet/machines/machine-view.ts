import type { StoredMachine } from "../store/fleet-store.js";
import { type MachineStatus, type StatusLimits, machineStatus } from "./machine-status.js";

/** A machine as clients see it. Times are ISO 8601 UTC; `info` and `latest_metrics` are the agent's own words. */
export interface Machine {
  readonly machine_id: string;
  readonly info: Readonly<Record<string, unknown>>;
  readonly status: MachineStatus;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly latest_metrics: Readonly<Record<string, unknown>>;
  /** Whether two machines reported under this id within a day: what is shown is now the one's, now the other's. */
  readonly id_conflict: boolean;
  /** Its last half hour, where that was asked for. */
  readonly trend?: Trend;
}

/** Means per minute, oldest first; null where there was no sample. */
export interface Trend {
  /** Seconds. */
  readonly step: number;
  readonly cpu: readonly (number | null)[];
  readonly memory: readonly (number | null)[];
}

export const CONFLICT_LASTS_MS = 24 * 3_600_000;

export function machineView(stored: StoredMachine, now: number, limits: StatusLimits): Machine {
  return {
    machine_id: stored.machineId,
    info: { ...parsed(stored.info), e2ee_enabled: stored.encrypted },
    status: machineStatus(now - stored.lastSeen, limits),
    first_seen: new Date(stored.firstSeen).toISOString(),
    last_seen: new Date(stored.lastSeen).toISOString(),
    latest_metrics: parsed(stored.metrics),
    id_conflict: stored.conflictAt !== null && now - stored.conflictAt < CONFLICT_LASTS_MS,
  };
}

function parsed(json: string | null): Record<string, unknown> {
  return json === null ? {} : (JSON.parse(json) as Record<string, unknown>);
}
