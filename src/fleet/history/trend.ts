/** The recent past of some machines in steps of equal length: `steps` of them, the first of which begins at `from`. */
export interface TrendQuery {
  readonly from: number;
  readonly stepMs: number;
  readonly steps: number;
}

/** Means per step, oldest first; null where the machine had no sample. Percent, 0 to 100. */
export interface StoredTrend {
  readonly machineId: string;
  readonly cpu: (number | null)[];
  readonly memory: (number | null)[];
}

/** The means of one step of one machine. */
export interface TrendRow {
  readonly machine_id: string;
  readonly step: number;
  readonly cpu: number | null;
  readonly memory: number | null;
}

/** One trend for each machine that has any sample in the time. */
export function trendsOf(rows: readonly TrendRow[], { steps }: TrendQuery): StoredTrend[] {
  const trends = new Map<string, { machineId: string; cpu: (number | null)[]; memory: (number | null)[] }>();
  for (const { machine_id: machineId, step, cpu, memory } of rows) {
    const empty = () => Array<number | null>(steps).fill(null);
    const trend = trends.get(machineId) ?? { machineId, cpu: empty(), memory: empty() };
    trends.set(machineId, trend);
    trend.cpu[step] = cpu;
    trend.memory[step] = memory;
  }
  return [...trends.values()];
}
