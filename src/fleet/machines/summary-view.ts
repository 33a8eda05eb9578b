import type { FleetFigures, HighFigure } from "../store/fleet-store.js";
import type { Summary } from "./summary-answer.js";

/** High figures above this are worth an operator's look at once. */
export const CRITICAL_PERCENT = 95;

const words = { cpu: "CPU", memory: "Memory", disk: "Disk" } satisfies Record<HighFigure["figure"], string>;

/** The fleet at a glance; means are over the machines that are online, null where there are none. */
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
