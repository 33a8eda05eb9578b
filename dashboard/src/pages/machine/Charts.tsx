import { Button, Skeleton } from "@mantine/core";
import { memo, useCallback, useEffect, useMemo, useRef } from "react";
import { useSearchParams } from "react-router";
import { useHistory } from "../../api/queries.ts";
import { byteRateText, percentText, threeDigits } from "../../format/figures.ts";
import { absoluteText } from "../../format/times.ts";
import { Empty } from "../../parts/Empty.tsx";
import { Loaded } from "../../parts/Loaded.tsx";
import { Panel } from "../../parts/Panel.tsx";
import { useNow } from "../../parts/use-now.ts";
import { Chart as DrawnChart, type Line } from "./Chart.tsx";
import classes from "./Charts.module.css";
import { RangePicker } from "./RangePicker.tsx";
import { type ChartRange, rangeBefore, ranges, readRange, timesOf, writeRange } from "./ranges.ts";
import { type Series, seriesOf } from "./series.ts";

/** Drawn again when its values or its stretch of time change, and not with each tick of the clock. */
const Chart = memo(DrawnChart);
const WARNING_PERCENT = 90;

/** The machine's past: the same range and crosshair for all charts; the range stands in the address. */
export function Charts({ machineId }: { readonly machineId: string }) {
  const [params, setParams] = useSearchParams();
  const range = readRange(params);
  const { from, to } = timesOf(range, useNow());
  const history = useHistory(machineId, { from: new Date(from).toISOString(), to: new Date(to).toISOString() });
  const series = useMemo(() => history.data && seriesOf(history.data), [history.data]);
  const show = (next: ChartRange) => setParams(writeRange(next));
  const back = () => {
    if (range.name === undefined) show({ name: range.before });
  };
  const view = {
    from,
    to,
    zoom: useLatest((start: number, end: number) => show({ from: start, to: end, before: rangeBefore(range) })),
    reset: useLatest(back),
  };
  return (
    <Panel title="History" aside={<RangePicker range={range} show={show} />}>
      <p className={classes.range} role="status">
        {rangeWords(range)}
        {range.name === undefined && (
          <Button variant="subtle" size="compact-xs" onClick={back}>
            back to now
          </Button>
        )}
      </p>
      <Loaded query={history} what="The history cannot be read" skeleton={<ChartsSkeleton />}>
        {() =>
          series === undefined || series.times.length === 0 ? (
            <Empty title="There is no history for this time">
              Choose a longer range, or one that is nearer to now.
            </Empty>
          ) : (
            <ChartGrid series={series} {...view} />
          )
        }
      </Loaded>
    </Panel>
  );
}

function rangeWords(range: ChartRange): string {
  if (range.name === undefined) return `${absoluteText(range.from)} to ${absoluteText(range.to)}`;
  const words = ranges.find(({ name }) => name === range.name)?.words ?? "";
  return `${words}, in the time of ${zoneName}. Drag over a chart to look closer.`;
}

const zoneName = Intl.DateTimeFormat().resolvedOptions().timeZone;

interface GridProps {
  readonly series: Series;
  readonly from: number;
  readonly to: number;
  readonly zoom: (from: number, to: number) => void;
  readonly reset: () => void;
}

function ChartGrid({ series, ...view }: GridProps) {
  const { times } = series;
  const { cpu, memory, disk, load, network } = useMemo(() => linesOf(series), [series]);
  const percent = { times, format: percentText, top: 100, limit: WARNING_PERCENT, ...view };
  return (
    <div className={classes.grid}>
      <Chart title="CPU" lines={cpu} {...percent} />
      <Chart title="Memory" lines={memory} {...percent} />
      <Chart title="Disk" lines={disk} {...percent} />
      <Chart title="Load" lines={load} times={times} format={threeDigits} {...view} />
      <Chart title="Network" lines={network} times={times} format={byteRateText} steps="binary" {...view} />
    </div>
  );
}

function linesOf(series: Series) {
  const line = (name: string, values: Line["values"], max: Line["values"]): Line[] => [
    { name, values, color: "--series-1", ...(series.rolled ? { max } : {}) },
  ];
  return {
    cpu: line("CPU", series.cpu, series.cpuMax),
    memory: line("memory", series.memory, series.memoryMax),
    disk: line("disk", series.disk, series.diskMax),
    load: line("load", series.load, series.loadMax),
    network: [
      { name: "received", values: series.received, color: "--series-1" },
      { name: "sent", values: series.sent, color: "--series-2" },
    ] satisfies Line[],
  };
}

/** A function that stays the same and does what the newest one does. */
function useLatest<Given extends unknown[]>(act: (...given: Given) => void): (...given: Given) => void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  return useCallback((...given: Given) => latest.current(...given), []);
}

function ChartsSkeleton() {
  return (
    <div className={classes.grid}>
      {Array.from({ length: 5 }, (_, index) => (
        <Skeleton key={index} height={190} />
      ))}
    </div>
  );
}
