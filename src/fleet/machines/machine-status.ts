export const machineStatuses = ["online", "warning", "offline"] as const;
export type MachineStatus = (typeof machineStatuses)[number];
export type StatusCounts = Readonly<Record<MachineStatus, number>>;

/** A machine seen within `warningAfterMs` is online, within `offlineAfterMs` warning, else offline. */
export interface StatusLimits {
  readonly warningAfterMs: number;
  readonly offlineAfterMs: number;
}

export function machineStatus(ageMs: number, limits: StatusLimits): MachineStatus {
  if (ageMs <= limits.warningAfterMs) return "online";
  return ageMs <= limits.offlineAfterMs ? "warning" : "offline";
}

/** The last-seen times, inclusive, between which a machine has this status at `now`; milliseconds. */
export function lastSeenRange(status: MachineStatus, now: number, limits: StatusLimits): { from: number; to: number } {
  const warningFrom = now - limits.offlineAfterMs;
  const onlineFrom = now - limits.warningAfterMs;
  switch (status) {
    case "online":
      return { from: onlineFrom, to: Number.MAX_SAFE_INTEGER };
    case "warning":
      return { from: warningFrom, to: onlineFrom - 1 };
    case "offline":
      return { from: 0, to: warningFrom - 1 };
  }
}
