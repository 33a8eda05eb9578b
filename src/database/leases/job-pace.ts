import type { LeaseState } from "./leases.js";

/** What a node remembers of a job, by its own monotonic clock. */
export interface JobMemory {
  /** The token of the newest run that came to its end, whoever's it was; undefined until the job was looked at. */
  readonly lastRun: number | undefined;
  readonly dueAtMs: number;
}

/**
 * What is known after a look at the job's lease. A run of another node that has ended since counts as one's own, so that
 * all nodes together keep the interval. What a node left undone is due at once, and so is a job at its first look: how long
 * ago the last run was, nobody knows without comparing clocks.
 */
export function remember(
  memory: JobMemory,
  { token, finished, held }: Pick<LeaseState, "token" | "finished" | "held">,
  nowMs: number,
  intervalMs: number,
): JobMemory {
  if (finished) {
    if (memory.lastRun === token) return memory;
    return { lastRun: token, dueAtMs: memory.lastRun === undefined ? nowMs : nowMs + intervalMs };
  }
  const lastRun = memory.lastRun ?? token - 1;
  return held ? { ...memory, lastRun } : { lastRun, dueAtMs: nowMs };
}
