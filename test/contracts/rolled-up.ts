import type { Figures } from "../../src/fleet/history/figures.js";
import type { RolledFigures, StoredRollup } from "../../src/fleet/history/history-query.js";

export interface PlainSample {
  readonly at: number;
  readonly figures: Figures;
}

const LONGEST_GAP_MS = 600_000;

/** What five-minute roll-ups of a machine's samples must say, computed the plain way. */
export function rolledUp(samples: readonly PlainSample[]): StoredRollup[] {
  const inOrder = samples.toSorted((a, b) => a.at - b.at);
  const buckets = new Map<number, RolledFigures[]>();
  for (const [index, { at, figures }] of inOrder.entries()) {
    const bucket = Math.floor(at / 300_000) * 300_000;
    const before = inOrder[index - 1];
    const rolled = {
      cpu: figures.cpu,
      memory: figures.memory,
      disk: figures.disk,
      load1: figures.load1,
      sentRate: before ? rate(before, { at, figures }, "bytesSent") : null,
      receivedRate: before ? rate(before, { at, figures }, "bytesReceived") : null,
    };
    buckets.set(bucket, [...(buckets.get(bucket) ?? []), rolled]);
  }
  return [...buckets].map(([at, all]) => ({
    at,
    count: all.length,
    mean: eachFigure(all, (values) => values.reduce((sum, value) => sum + value, 0) / values.length),
    max: eachFigure(all, (values) => Math.max(...values)),
  }));
}

function rate(before: PlainSample, after: PlainSample, counter: "bytesSent" | "bytesReceived"): number | null {
  const [from, to] = [before.figures[counter], after.figures[counter]];
  const gap = after.at - before.at;
  return from === null || to === null || to < from || gap > LONGEST_GAP_MS ? null : ((to - from) * 1000) / gap;
}

function eachFigure(all: readonly RolledFigures[], combine: (values: number[]) => number): RolledFigures {
  const combined = (name: keyof RolledFigures) => {
    const values = all.map((figures) => figures[name]).filter((value) => value !== null);
    return values.length === 0 ? null : combine(values);
  };
  return {
    cpu: combined("cpu"),
    memory: combined("memory"),
    disk: combined("disk"),
    load1: combined("load1"),
    sentRate: combined("sentRate"),
    receivedRate: combined("receivedRate"),
  };
}
