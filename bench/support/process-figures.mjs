import { readFileSync } from "node:fs";

/** Linux counts CPU time in hundredths of a second, whatever the kernel's own tick. */
const TICKS_PER_SECOND = 100;

/**
 * Seconds of CPU time of a process, its threads, its children that run, and those that have ended.
 *
 * @param {number} pid
 * @returns {number}
 */
export function cpuSeconds(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    const own = fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_PER_SECOND;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    return children === "" ? own : children.split(" ").reduce((sum, child) => sum + cpuSeconds(Number(child)), own);
  } catch {
    // It ended meanwhile; what it used is counted with its parent.
    return 0;
  }
}

/** @param {number} pid @returns resident memory in megabytes */
export function residentMegabytes(pid) {
  return Number(/VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? NaN) / 1024;
}
