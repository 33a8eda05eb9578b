import type uPlot from "uplot";
import { withoutZeros } from "../../format/figures.ts";
import type { Line } from "./Chart.tsx";

interface Wishes {
  readonly width: number;
  readonly height: number;
  readonly lines: readonly Line[];
  readonly format: (value: number | null) => string;
  readonly top: number | undefined;
  readonly limit: number | undefined;
  readonly steps: "decimal" | "binary";
  /** The value of a CSS custom property. */
  readonly color: (name: string) => string;
  readonly moved: (index: number | null) => void;
  readonly zoomed: (from: number, to: number) => void;
  readonly reset: () => void;
}

/** All charts of the page have one crosshair. */
const SYNC = "machine";
const FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

/** How uPlot is to draw: times in the viewer's zone, from zero, straight lines, gaps where values are missing. */
export function chartOptions(wishes: Wishes): uPlot.Options {
  const { width, height, lines, format, top, limit, steps, color, moved, zoomed, reset } = wishes;
  const axis = { stroke: color("--muted"), font: FONT, ticks: { show: false } } as const;
  const grid = { stroke: color("--line"), width: 1 } as const;
  return {
    width,
    height,
    legend: { show: false },
    // Half of the last time on the axis stands to the right of the chart.
    padding: [8, 18, 0, 0],
    cursor: {
      sync: { key: SYNC, setSeries: false },
      drag: { x: true, y: false, setScale: false },
      points: { size: 6 },
      bind: {
        dblclick: () => () => {
          reset();
          return null;
        },
      },
    },
    scales: {
      x: { time: true },
      y: { range: (_plot, _min, max) => [0, top ?? (max > 0 ? max * 1.1 : 1)] },
    },
    axes: [
      { ...axis, grid: { show: false }, size: 24, space: 72, values: timeLabels },
      {
        ...axis,
        grid,
        size: top === undefined ? 66 : 40,
        space: 36,
        ...(steps === "binary" ? { incrs: binarySteps } : {}),
        values: (_plot, values) => values.map((value) => (value === 0 ? "0" : withoutZeros(format(value)))),
      },
    ],
    series: [{}, ...lines.flatMap((line) => drawn(line, color))],
    bands: bandsOf(lines, color),
    hooks: {
      setCursor: [({ cursor }) => moved(cursor.idx ?? null)],
      setSelect: [
        (plot) => {
          const { left, width: dragged } = plot.select;
          if (dragged < 4) return;
          zoomed(plot.posToVal(left, "x") * 1000, plot.posToVal(left + dragged, "x") * 1000);
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
      draw: limit === undefined ? [] : [(plot) => drawLimit(plot, limit, color("--warning"))],
    },
  };
}

/** The highest values have no line of their own: they are the edge of the band. */
function drawn({ color: name, max }: Line, color: (name: string) => string): uPlot.Series[] {
  const stroke = color(name);
  const mean: uPlot.Series = { stroke, width: 1.5, points: { show: false }, spanGaps: false };
  return max ? [{ width: 0, points: { show: false } }, mean] : [{ ...mean, fill: faint(stroke, "14%") }];
}

function bandsOf(lines: readonly Line[], color: (name: string) => string): uPlot.Band[] {
  let index = 1;
  return lines.flatMap(({ max, color: name }) => {
    const upper = index;
    index += max ? 2 : 1;
    return max ? [{ series: [upper, upper + 1], fill: faint(color(name), "22%") }] : [];
  });
}

function faint(color: string, share: string): string {
  return `color-mix(in srgb, ${color} ${share}, transparent)`;
}

function drawLimit(plot: uPlot, limit: number, stroke: string): void {
  const { ctx, bbox } = plot;
  const y = plot.valToPos(limit, "y", true);
  ctx.save();
  ctx.strokeStyle = stroke;
  ctx.lineWidth = 1;
  ctx.setLineDash([4, 4]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}

/** Bytes are told in powers of 1024: so are the lines of the grid. */
const binarySteps = Array.from({ length: 50 }, (_, power) => 2 ** power);

const DAY_S = 86_400;
const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const timeWithSeconds = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const date = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const month = new Intl.DateTimeFormat("en-GB", { month: "short", year: "numeric" });

/** Days by their date, what lies within one by its time; midnight is the day. */
function timeLabels(_plot: uPlot, values: number[], _axis: number, _space: number, step: number): string[] {
  return values.map((seconds) => {
    const at = new Date(seconds * 1000);
    if (step >= 25 * DAY_S) return month.format(at);
    if (step >= DAY_S || (at.getHours() === 0 && at.getMinutes() === 0)) return date.format(at);
    return step < 60 ? timeWithSeconds.format(at) : time.format(at);
  });
}
