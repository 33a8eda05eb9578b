import { TRUTH_MS } from "./cluster-times.js";
import type { ProbedPair, Row, TruthTime } from "./row.js";

/** What a fault may cost. Lost and doubled reports, errors and forced logouts are never allowed. */
export interface Bounds {
  /** Longest time of a request that is answered in the end; absent where requests may be refused meanwhile. */
  readonly stallMs?: number;
  /** The same where nothing is broken: beyond it, the machine is too busy for a judgement by times. */
  readonly calmMs?: number;
  /** Until the cluster's status tells the truth; `TRUTH_MS` if absent. */
  readonly truthMs?: number;
  /** Readers may be told to come again later. */
  readonly readersRefused?: boolean;
  /** The median is that of each path by itself, p99.9 that of all probes. */
  readonly probes?: { readonly medianMs: number; readonly p999Ms: number };
}

/**
 * The sentences that say which bounds were broken; none: the row passes. Bounds are taken as they stand; only to those of
 * probes, which are milliseconds, the times of the bare server beside them are added.
 */
export function judgeRow(row: Row, bounds: Bounds): string[] {
  const { agents, readers, beside } = row;
  const broken = [
    ...some("errors of agents", agents.errors),
    ...some("reports refused", agents.refused),
    ...some("errors of readers", readers.errors),
    ...some("answered reports lost", row.lost),
    ...some("reports stored twice", row.duplicates),
    ...some("forced logouts", [...agents.logouts, ...readers.logouts]),
    ...some("problems seen beside the load", beside.problems),
    ...(bounds.readersRefused === true ? [] : some("readers refused", readers.refused)),
    ...row.truths.flatMap((truth) => late(truth, bounds.truthMs ?? TRUTH_MS)),
    ...(beside.probes === undefined ? [] : judgeProbes(beside.probes, bounds)),
  ];
  // A load that did nothing has not been harmed either.
  if (agents.answered === 0) broken.push("no report was answered");
  if (readers.answered === 0) broken.push("no reader was answered");
  for (const [who, { longestMs }] of [["agent", agents] as const, ["reader", readers] as const]) {
    broken.push(...stall(who, longestMs, bounds.stallMs));
    const slow = stall(who, longestMs, bounds.calmMs);
    broken.push(...slow.map((what) => `the machine is too busy to judge faults by times: without any, ${what}`));
  }
  return broken;
}

function late({ what, tookMs }: TruthTime, allowedMs: number): string[] {
  if (tookMs === null) return [`it was never told: ${what}`];
  if (tookMs <= allowedMs) return [];
  return [`it was told only after ${Math.round(tookMs)} ms, allowed are ${allowedMs} ms: ${what}`];
}

function some(what: string, found: number | readonly string[]): string[] {
  if (typeof found === "number") return found > 0 ? [`${found} ${what}`] : [];
  const examples = found.slice(0, 5).join("; ");
  return found.length > 0 ? [`${found.length} ${what}, such as: ${examples}`] : [];
}

function stall(who: string, longestMs: number, allowedMs = Infinity): string[] {
  if (longestMs <= allowedMs) return [];
  return [`a request of one ${who} took ${Math.round(longestMs)} ms, allowed are ${allowedMs} ms`];
}

function judgeProbes({ nodes, bare }: ProbedPair, { probes }: Bounds): string[] {
  if (probes === undefined) return [];
  const slow = (which: string, what: string, tookMs: number, boundMs: number, bareMs: number) =>
    tookMs > boundMs + bareMs
      ? [
          `probes ${which} took ${tookMs.toFixed(1)} ms ${what}, allowed are ${boundMs} ms and the bare server's ${bareMs.toFixed(1)} ms`,
        ]
      : [];
  return [
    ...(nodes.count < 1000 ? [`only ${nodes.count} probes were made, too few to judge them`] : []),
    ...some("probes not answered", nodes.failed),
    ...Object.entries(nodes.mediansMs).flatMap(([path, medianMs]) =>
      slow(`of ${path}`, "at the median", medianMs, probes.medianMs, bare.mediansMs[path] ?? 0),
    ),
    ...slow("of all paths", "at p99.9", nodes.p999Ms, probes.p999Ms, bare.p999Ms),
  ];
}
