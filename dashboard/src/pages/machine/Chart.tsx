import { useComputedColorScheme } from "@mantine/core";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { absoluteText, momentText } from "../../format/times.ts";
import classes from "./Chart.module.css";
import { chartOptions } from "./chart-options.ts";
import type { Values } from "./series.ts";

export interface Line {
  readonly name: string;
  readonly values: Values;
  /** Highest values, drawn as a faint band above the mean. */
  readonly max?: Values;
  readonly color: `--series-${1 | 2 | 3}`;
}

interface Props {
  readonly title: string;
  /** Seconds since 1970 UTC. */
  readonly times: number[];
  readonly lines: readonly Line[];
  readonly format: (value: number | null) => string;
  /** What the axis ends with, where it does not follow the values. */
  readonly top?: number;
  /** A thin line across, where a limit lies. */
  readonly limit?: number;
  /** What the lines of the grid are multiples of. */
  readonly steps?: "decimal" | "binary";
  readonly from: number;
  readonly to: number;
  /** A stretch was dragged over; milliseconds. */
  readonly zoom: (from: number, to: number) => void;
  /** Double click. */
  readonly reset: () => void;
}

const HEIGHT = 168;

/** A chart over time. All charts of a page share their crosshair; the legend is its read-out. */
export function Chart({ title, times, lines, format, top, limit, steps = "decimal", from, to, zoom, reset }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const [cursor, setCursor] = useState<number | null>(null);
  const scheme = useComputedColorScheme("light");
  const acts = useRef({ zoom, reset });
  useEffect(() => {
    acts.current = { zoom, reset };
  });
  const shape = lines.map(({ name, color, max }) => `${name} ${color} ${max ? "band" : ""}`).join("\n");

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const made = new uPlot(
      chartOptions({
        width: element.clientWidth,
        height: HEIGHT,
        lines,
        format,
        top,
        limit,
        steps,
        color: (name) => getComputedStyle(document.documentElement).getPropertyValue(name),
        moved: setCursor,
        zoomed: (start, end) => acts.current.zoom(start, end),
        reset: () => acts.current.reset(),
      }),
      undefined,
      element,
    );
    plot.current = made;
    const resize = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      made.destroy();
      plot.current = undefined;
    };
    // Made anew only where its lines or colours are others; the values follow below.
  }, [shape, scheme, top, limit]);

  useEffect(() => {
    const bands = lines.flatMap(({ values, max }) => (max ? [max, values] : [values]));
    plot.current?.batch(() => {
      plot.current?.setData([times, ...bands], false);
      plot.current?.setScale("x", { min: from / 1000, max: to / 1000 });
    });
  }, [times, lines, from, to, shape, scheme]);

  const shown = cursor ?? lastWithValue(lines);
  const onKey = (event: KeyboardEvent) => {
    const chart = plot.current;
    if (!chart || (event.key !== "ArrowLeft" && event.key !== "ArrowRight") || times.length === 0) return;
    event.preventDefault();
    const step = event.key === "ArrowLeft" ? -1 : 1;
    const index = Math.min(Math.max((shown ?? -1) + step, 0), times.length - 1);
    chart.setCursor({ left: chart.valToPos(times[index] ?? 0, "x"), top: 10 });
  };
  const time = shown === null ? undefined : times[shown];
  const readOut = lines.map(({ name, values, color }) => ({ name, color, text: format(values[shown ?? -1] ?? null) }));
  return (
    <figure className={classes.chart}>
      <figcaption className={classes.caption}>
        <span className={classes.title}>{title}</span>
        {readOut.map(({ name, color, text }) => (
          <span key={name} className={classes.entry}>
            <span className={classes.key} style={{ background: `var(${color})` }} aria-hidden="true" />
            {lines.length > 1 && <span className="muted">{name}</span>} {text}
          </span>
        ))}
        {cursor !== null && time !== undefined && <span className={classes.time}>{momentText(time * 1000)}</span>}
      </figcaption>
      <div
        ref={frame}
        className={classes.plot}
        style={{ height: HEIGHT }}
        tabIndex={0}
        role="slider"
        aria-label={`${title} over time`}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, times.length - 1)}
        aria-valuenow={shown ?? 0}
        aria-valuetext={
          time === undefined
            ? "no samples"
            : `${absoluteText(time * 1000)}: ${readOut.map(({ name, text }) => `${name} ${text}`).join(", ")}`
        }
        onKeyDown={onKey}
      />
    </figure>
  );
}

function lastWithValue(lines: readonly Line[]): number | null {
  const last = Math.max(-1, ...lines.map(({ values }) => values.findLastIndex((value) => value !== null)));
  return last === -1 ? null : last;
}
