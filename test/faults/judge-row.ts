import type { ProbedPair, Row } from "./row.js";

/** What a fault may cost. Lost and doubled reports, errors and forced logouts are never allowed. */
export interface Bounds {
  /** Longest time of a request that is answered in the end; absent where requests may be refused meanwhile. */
  readonly stallMs?: number;
  /** Readers may be told to come again later. */
  readonly readersRefused?: boolean;
  readonly probes?: { readonly medianMs: number; readonly p999Ms: number };
}

/** What the machine costs by itself, as the same load shows without a fault. */
export interface Control {
  readonly agentsMs: number;
  readonly readersMs: number;
}

/**
 * The sentences that say which bounds were broken; none: the row passes. The same load's longest request without a fault
 * and the bare server's probe times are added to the bounds, because a busy machine delays everybody.
 */
export function judgeRow(row: Row, bounds: Bounds, control: Control): string[] {
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
    ...row.truths.filter(({ tookMs }) => tookMs === null).map(({ what }) => `it never became true that ${what}`),
    ...(beside.probes === undefined ? [] : judgeProbes(beside.probes, bounds)),
  ];
  // A load that did nothing has not been harmed either.
  if (agents.answered === 0) broken.push("no report was answered");
  if (readers.answered === 0) broken.push("no reader was answered");
  if (bounds.stallMs !== undefined) {
    broken.push(...stall("agent", agents.longestMs, bounds.stallMs + control.agentsMs));
    broken.push(...stall("reader", readers.longestMs, bounds.stallMs + control.readersMs));
  }
  return broken;
}

function some(what: string, found: number | readonly string[]): string[] {
  if (typeof found === "number") return found > 0 ? [`${found} ${what}`] : [];
  const examples = found.slice(0, 5).join("; ");
  return found.length > 0 ? [`${found.length} ${what}, such as: ${examples}`] : [];
}

function stall(who: string, longestMs: number, allowedMs: number): string[] {
  if (longestMs <= allowedMs) return [];
  return [`a request of one ${who} took ${Math.round(longestMs)} ms, allowed are ${Math.round(allowedMs)} ms`];
}

function judgeProbes({ nodes, bare }: ProbedPair, { probes }: Bounds): string[] {
  if (probes === undefined) return [];
  const slow = (what: string, tookMs: number, boundMs: number, bareMs: number) =>
    tookMs > boundMs + bareMs
      ? [
          `probes took ${tookMs.toFixed(1)} ms ${what}, allowed are ${boundMs} ms and the bare server's ${bareMs.toFixed(1)} ms`,
        ]
      : [];
  return [
    ...(nodes.count < 1000 ? [`only ${nodes.count} probes were made, too few to judge them`] : []),
    ...some("probes not answered", nodes.failed),
    ...slow("at the median", nodes.medianMs, probes.medianMs, bare.medianMs),
    ...slow("at p99.9", nodes.p999Ms, probes.p999Ms, bare.p999Ms),
  ];
}
