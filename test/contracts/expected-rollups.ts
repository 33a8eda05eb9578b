import type { StoredRollup } from "../../src/fleet/history/history-query.js";
import type { AcceptedReport } from "../../src/fleet/store/fleet-store.js";

type Sample = Pick<AcceptedReport, "sampledAt" | "figures">;
type Name = keyof StoredRollup["mean"];

const MAX_GAP_MS = 600_000;
const names: readonly Name[] = ["cpu", "memory", "disk", "load1", "sentRate", "receivedRate"];

/** The roll-ups of one machine's samples, computed plainly: one bucket for each five minutes in which there are some. */
export function expectedRollups(samples: readonly Sample[]): StoredRollup[] {
  const sorted = samples.toSorted((one, other) => one.sampledAt - other.sampledAt);
  const points = sorted.map(({ sampledAt, figures }, index) => {
    const before = sorted[index - 1];
    const rate = (counter: "bytesSent" | "bytesReceived") => {
      const [now, then] = [figures[counter], before?.figures[counter] ?? null];
      if (!before || now === null || then === null || now < then) return null;
      const gapMs = sampledAt - before.sampledAt;
      return gapMs > MAX_GAP_MS ? null : ((now - then) * 1000) / gapMs;
    };
    const { cpu, memory, disk, load1 } = figures;
    const values = { cpu, memory, disk, load1, sentRate: rate("bytesSent"), receivedRate: rate("bytesReceived") };
    return { at: Math.floor(sampledAt / 300_000) * 300_000, values };
  });
  const buckets = groupedBy(points, ({ at }) => at);
  return [...buckets].map(([at, inside]) => ({
    at,
    count: inside.length,
    mean: figuresOf((name) => mean(numbers(inside.map(({ values }) => values[name])).map((value) => [value, 1]))),
    max: figuresOf((name) => max(inside.map(({ values }) => values[name]))),
  }));
}

/** Buckets joined: a mean counts as often as its bucket has samples. */
export function joinedRollups(buckets: readonly StoredRollup[], stepMs: number): StoredRollup[] {
  return [...groupedBy(buckets, ({ at }) => Math.floor(at / stepMs) * stepMs)].map(([at, inside]) => ({
    at,
    count: inside.reduce((sum, { count }) => sum + count, 0),
    mean: figuresOf((name) =>
      mean(inside.flatMap((each) => (each.mean[name] === null ? [] : [[each.mean[name], each.count]]))),
    ),
    max: figuresOf((name) => max(inside.map((each) => each.max[name]))),
  }));
}

/** Equal but for the seven digits that are kept. */
export function expectClose(found: readonly StoredRollup[] | null, expected: readonly StoredRollup[]): void {
  expect(found?.map(({ at, count }) => [at, count])).toEqual(expected.map(({ at, count }) => [at, count]));
  const rounded = (value: number | null) => (value === null ? null : Number(value.toPrecision(5)));
  const round = ({ at, mean: means, max: maxima }: StoredRollup) => ({
    at,
    mean: figuresOf((name) => rounded(means[name])),
    max: figuresOf((name) => rounded(maxima[name])),
  });
  expect(found?.map(round)).toEqual(expected.map(round));
}

function figuresOf(value: (name: Name) => number | null): StoredRollup["mean"] {
  return Object.fromEntries(names.map((name) => [name, value(name)])) as Record<Name, number | null>;
}

function numbers(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null);
}

function mean(weighted: readonly (readonly [value: number, weight: number])[]): number | null {
  if (weighted.length === 0) return null;
  const weights = weighted.reduce((sum, [, weight]) => sum + weight, 0);
  return weighted.reduce((sum, [value, weight]) => sum + value * weight, 0) / weights;
}

function max(values: readonly (number | null)[]): number | null {
  const present = numbers(values);
  return present.length === 0 ? null : Math.max(...present);
}

function groupedBy<T>(items: readonly T[], key: (item: T) => number): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}
