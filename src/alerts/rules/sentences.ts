import type { FigureKind } from "../alert-kinds.js";
import type { SharedTrait } from "../incidents/incident-document.js";

const figures: Readonly<Record<FigureKind, string>> = { cpu: "CPU", memory: "Memory", disk: "Disk" };
const units: readonly (readonly [seconds: number, name: string])[] = [
  [86_400, "day"],
  [3600, "hour"],
  [60, "minute"],
];

/** `90 seconds`, `2 minutes`, `3 hours`: rounded down, in the largest unit of which there are two. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [size, name] = units.find(([each]) => seconds >= 2 * each) ?? [1, "second"];
  const count = Math.floor(seconds / size);
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}

function percentText(percent: number): string {
  return `${Math.round(percent * 10) / 10} %`;
}

export function figureHigh(kind: FigureKind, name: string, percent: number, above: number, forMs: number): string {
  const since =
    forMs > 0 ? ` has been above ${percentText(above)} for ${durationText(forMs)}` : ` is above ${percentText(above)}`;
  return `${figures[kind]} usage of ${name}${since}: ${percentText(percent)} now.`;
}

export function figureBack(kind: FigureKind, name: string, percent: number | null): string {
  if (percent === null) return `${figures[kind]} usage of ${name} is no longer watched.`;
  return `${figures[kind]} usage of ${name} is back at ${percentText(percent)}.`;
}

export function machineOffline(name: string, silentMs: number): string {
  return `${name} has not reported for ${durationText(silentMs)}.`;
}

/** `spanMs`: null where it is not known; `looked`: how many were asked what they share. */
export function massLoss(count: number, spanMs: number | null, looked: number, shared: readonly SharedTrait[]): string {
  const span = spanMs === null ? "" : ` within ${durationText(Math.max(spanMs, 1000))}`;
  const head = `${count} machines stopped reporting${span}`;
  if (shared.length === 0) return `${head}; nothing is known that they share.`;
  const all = shared.filter(({ machines }) => machines === looked);
  const told = all.length > 0 ? all : shared;
  const who = all.length > 0 ? "all share" : "most of them share";
  return `${head}; ${who} ${told.map(({ trait, value }) => `the ${trait} ${value}`).join(", ")}.`;
}
