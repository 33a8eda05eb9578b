/** A percentage falls into one of so many equal parts; 100 % belongs to the last. */
export const SPREAD_BINS = 20;

type FigureName = "cpu" | "memory" | "disk";

/** How many machines lie in which part of each figure's range. */
export type Spread = Readonly<Record<FigureName, number[]>>;

const empty = () => Array<number>(SPREAD_BINS).fill(0);

/** Counts figures into their bins. */
export class SpreadCount {
  readonly spread = { cpu: empty(), memory: empty(), disk: empty() };

  add(figure: FigureName, percent: number | null, machines: number): void {
    if (percent === null) return;
    const bin = Math.min(Math.floor((percent * SPREAD_BINS) / 100), SPREAD_BINS - 1);
    const bins = this.spread[figure];
    bins[bin] = (bins[bin] ?? 0) + machines;
  }
}
