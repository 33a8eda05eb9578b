import type { StoredMachine } from "../store/fleet-store.js";
import type { Machine } from "./machine-answer.js";
import { type StatusLimits, machineStatus } from "./machine-status.js";

export const CONFLICT_LASTS_MS = 24 * 3_600_000;

/** A machine as clients see it; `info` and `latest_metrics` are the agent's own words. */
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
