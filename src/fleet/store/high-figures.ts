import { HIGH_PERCENT, type HighFigure } from "./fleet-store.js";

/** Percentages, or null where a machine did not say. */
export interface MachineFigures {
  readonly machineId: string;
  readonly cpu: number | null;
  readonly memory: number | null;
  readonly disk: number | null;
}

/** More alerts than this help nobody. */
export const MAX_HIGH_FIGURES = 500;

const figures = ["cpu", "memory", "disk"] satisfies HighFigure["figure"][];

/** The worst figures of `machines`, which need not be more than the MAX_HIGH_FIGURES machines with the highest figure. */
export function highFigures(machines: readonly MachineFigures[]): HighFigure[] {
  return machines
    .flatMap((machine) => figures.map((figure) => ({ machineId: machine.machineId, figure, percent: machine[figure] })))
    .filter((high): high is HighFigure => high.percent !== null && high.percent > HIGH_PERCENT)
    .sort((a, b) => b.percent - a.percent || (a.machineId < b.machineId ? -1 : Number(a.machineId > b.machineId)))
    .slice(0, MAX_HIGH_FIGURES);
}
