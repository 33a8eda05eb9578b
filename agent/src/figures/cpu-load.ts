import type { Figure } from "../report.js";
import { rounded } from "./wire-figures.js";

/** Processor time since boot, summed over all processors, in ticks. */
export interface CpuTicks {
  busy: number;
  total: number;
}

/**
 * Reads the first line of /proc/stat (proc_pid_stat(5)). Waiting for I/O counts as idle and time stolen by the hypervisor as
 * busy; guest time is already part of user time. `null` when the line is not there.
 */
export function parseProcStat(text: string): CpuTicks | null {
  const line = /^cpu +(.+)$/m.exec(text);
  const ticks = (line?.[1] ?? "").split(" ").map(Number);
  const [user, nice, system, idle, iowait = 0, irq = 0, softirq = 0, steal = 0] = ticks;
  if (user === undefined || nice === undefined || system === undefined || idle === undefined) return null;
  const busy = user + nice + system + irq + softirq + steal;
  const total = busy + idle + iowait;
  return Number.isFinite(total) ? { busy, total } : null;
}

/** Load between two readings in percent of all processors; absent when no time has passed between them. */
export function cpuPercent(before: CpuTicks, after: CpuTicks): Figure {
  const total = after.total - before.total;
  if (total <= 0) return undefined;
  // The kernel's counters may step back a little (iowait does), hence the bounds.
  return rounded(Math.min(100, Math.max(0, ((after.busy - before.busy) / total) * 100)));
}
