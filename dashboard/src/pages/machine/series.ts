import type { History, HistoryPoint } from "../../api/types.ts";
import { numberAt } from "../../format/machine-facts.ts";

/** A line of a chart: values beside the chart's times, null where there is none. */
export type Values = (number | null)[];

export interface Series {
  /** Seconds since 1970 UTC. */
  readonly times: number[];
  readonly cpu: Values;
  readonly cpuMax: Values;
  readonly memory: Values;
  readonly memoryMax: Values;
  readonly disk: Values;
  readonly diskMax: Values;
  readonly load: Values;
  readonly loadMax: Values;
  /** Bytes per second. */
  readonly received: Values;
  readonly sent: Values;
  /** Whether the values are means of several samples. */
  readonly rolled: boolean;
}

/** Over a gap so many times the usual distance nothing is drawn: what happened in it nobody knows. */
const GAP_STEPS = 3;
/** Machines may report seldom; this much is never a gap. */
const SHORTEST_GAP_S = 30;

/** The history as lines. Between two points that lie too far apart stands one without values, so that lines end there. */
export function seriesOf(history: History): Series {
  const series: Series = {
    times: [],
    cpu: [],
    cpuMax: [],
    memory: [],
    memoryMax: [],
    disk: [],
    diskMax: [],
    load: [],
    loadMax: [],
    received: [],
    sent: [],
    rolled: history.step !== null,
  };
  const gap = longestStep(history);
  let before: { readonly time: number; readonly point: HistoryPoint } | undefined;
  for (const point of history.history) {
    const time = Date.parse(point.timestamp) / 1000;
    if (before && time - before.time > gap) {
      add(series, (before.time + time) / 2, undefined, undefined);
      before = undefined;
    }
    add(series, time, point, before && { seconds: time - before.time, point: before.point });
    before = { time, point };
  }
  return series;
}

function longestStep({ step, history }: History): number {
  if (step !== null) return step * 1.5;
  const times = history.map(({ timestamp }) => Date.parse(timestamp) / 1000);
  const steps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  const median = steps.sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  return Math.max(median * GAP_STEPS, SHORTEST_GAP_S);
}

function add(
  series: Series,
  time: number,
  point: HistoryPoint | undefined,
  before: { readonly seconds: number; readonly point: HistoryPoint } | undefined,
): void {
  const { metrics, max } = point ?? {};
  series.times.push(time);
  series.cpu.push(numberAt(metrics, "cpu", "percent"));
  series.cpuMax.push(numberAt(max, "cpu", "percent"));
  series.memory.push(numberAt(metrics, "memory", "percent"));
  series.memoryMax.push(numberAt(max, "memory", "percent"));
  series.disk.push(numberAt(metrics, "disk", "percent"));
  series.diskMax.push(numberAt(max, "disk", "percent"));
  series.load.push(numberAt(metrics, "cpu", "load_avg", 0));
  series.loadMax.push(numberAt(max, "cpu", "load_avg", 0));
  series.received.push(rate(point, before, "bytes_recv"));
  series.sent.push(rate(point, before, "bytes_sent"));
}

/** Rolled-up points tell the rate; raw ones a counter, which starts again with the machine. */
function rate(
  point: HistoryPoint | undefined,
  before: { readonly seconds: number; readonly point: HistoryPoint } | undefined,
  counter: "bytes_recv" | "bytes_sent",
): number | null {
  const told = numberAt(point?.metrics, "network", `${counter}_per_second`);
  if (told !== null) return told;
  const now = numberAt(point?.metrics, "network", counter);
  const then = numberAt(before?.point.metrics, "network", counter);
  if (now === null || then === null || !before || before.seconds <= 0 || now < then) return null;
  return (now - then) / before.seconds;
}
