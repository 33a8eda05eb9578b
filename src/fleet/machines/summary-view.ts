import type { FleetFigures, HighFigure } from "../store/fleet-store.js";

/** High figures above this are worth an operator's look at once. */
export const CRITICAL_PERCENT = 95;

const words = { cpu: "CPU", memory: "Memory", disk: "Disk" } satisfies Record<HighFigure["figure"], string>;

/** The fleet at a glance, as clients see it; means are over the machines that are online, null where there are none. */
export interface Summary {
  readonly total_machines: number;
  readonly online: number;
  readonly warning: number;
  readonly offline: number;
  readonly avg_cpu: number | null;
  readonly avg_memory: number | null;
  readonly avg_disk: number | null;
  readonly alerts: readonly { machine_id: string; type: string; severity: string; message: string }[];
  readonly timestamp: string;
}

export function summaryView({ counts, meanCpu, meanMemory, meanDisk, high }: FleetFigures, now: number): Summary {
  return {
    total_machines: counts.online + counts.warning + counts.offline,
    ...counts,
    avg_cpu: rounded(meanCpu),
    avg_memory: rounded(meanMemory),
    avg_disk: rounded(meanDisk),
    alerts: high.map(({ machineId, figure, percent }) => ({
      machine_id: machineId,
      type: figure,
      severity: percent > CRITICAL_PERCENT ? "critical" : "warning",
      message: `${words[figure]} usage is ${percent.toFixed(1)} %`,
    })),
    timestamp: new Date(now).toISOString(),
  };
}

function rounded(percent: number | null): number | null {
  return percent === null ? null : Math.round(percent * 100) / 100;
}
