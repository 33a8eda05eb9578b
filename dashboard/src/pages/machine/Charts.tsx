import { Button, Skeleton } from "@mantine/core";
import { useMemo } from "react";
import { useSearchParams } from "react-router";
import { useHistory } from "../../api/queries.ts";
import { byteRateText, percentText, threeDigits } from "../../format/figures.ts";
import { absoluteText } from "../../format/times.ts";
import { Empty } from "../../parts/Empty.tsx";
import { Loaded } from "../../parts/Loaded.tsx";
import { Panel } from "../../parts/Panel.tsx";
import { useNow } from "../../parts/use-now.ts";
import { Chart, type Line } from "./Chart.tsx";
import classes from "./Charts.module.css";
import { RangePicker } from "./RangePicker.tsx";
import { type ChartRange, ranges, readRange, timesOf, writeRange } from "./ranges.ts";
import { type Series, seriesOf } from "./series.ts";

const WARNING_PERCENT = 90;

/** The machine's past: the same range and crosshair for all charts; the range stands in the address. */
export function Charts({ machineId }: { readonly machineId: string }) {
  const [params, setParams] = useSearchParams();
  const range = readRange(params);
  const { from, to } = timesOf(range, useNow());
  const history = useHistory(machineId, { from: new Date(from).toISOString(), to: new Date(to).toISOString() });
  const show = (next: ChartRange) => setParams(writeRange(next));
  return (
    <Panel title="History" aside={<RangePicker range={range} show={show} />}>
      <p className={classes.range} role="status">
        {rangeWords(range)}
        {range.name === undefined && (
          <Button variant="subtle" size="compact-xs" onClick={() => show({ name: "1h" })}>
            back to now
          </Button>
        )}
      </p>
      <Loaded query={history} what="The history cannot be read" skeleton={<ChartsSkeleton />}>
        {(data) =>
          data.history.length === 0 ? (
            <Empty title="There is no history for this time">
              Choose a longer range, or one that is nearer to now.
            </Empty>
          ) : (
            <ChartGrid
              series={seriesOf(data)}
              from={from}
              to={to}
              zoom={(start, end) => show({ from: start, to: end })}
              reset={() => show({ name: "1h" })}
            />
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
  const { times, rolled } = series;
  const line = (name: string, values: Line["values"], max: Line["values"]): Line[] => [
    { name, values, color: "--series-1", ...(rolled ? { max } : {}) },
  ];
  const network = useMemo<Line[]>(
    () => [
      { name: "received", values: series.received, color: "--series-1" },
      { name: "sent", values: series.sent, color: "--series-2" },
    ],
    [series],
  );
  const percent = { times, format: percentText, top: 100, limit: WARNING_PERCENT, ...view };
  return (
    <div className={classes.grid}>
      <Chart title="CPU" lines={line("CPU", series.cpu, series.cpuMax)} {...percent} />
      <Chart title="Memory" lines={line("memory", series.memory, series.memoryMax)} {...percent} />
      <Chart title="Disk" lines={line("disk", series.disk, series.diskMax)} {...percent} />
      <Chart
        title="Load"
        lines={line("load", series.load, series.loadMax)}
        times={times}
        format={threeDigits}
        {...view}
      />
      <Chart title="Network" lines={network} times={times} format={byteRateText} steps="binary" {...view} />
    </div>
  );
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
