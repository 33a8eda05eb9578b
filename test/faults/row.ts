import type { Attempt } from "./attempt.js";
import type { Comparison } from "./compare-reports.js";

/** How long probes took, in milliseconds. */
export interface ProbeTimes {
  readonly count: number;
  /** Not answered, or not as the row expects. */
  readonly failed: number;
  /** By the path that was probed. */
  readonly mediansMs: Readonly<Record<string, number>>;
  /** Of all paths together. */
  readonly p999Ms: number;
}

/** Probes of the nodes, and of a bare server beside them. */
export interface ProbedPair {
  readonly nodes: ProbeTimes;
  readonly bare: ProbeTimes;
}

/** How long it took until something was said truly; null: it never was. */
export interface TruthTime {
  readonly what: string;
  readonly tookMs: number | null;
}

/** What was seen besides the load. */
export interface Beside {
  readonly problems: readonly string[];
  readonly probes?: ProbedPair;
}

/** All that one fault did to its clients. */
export interface Row {
  readonly fault: string;
  readonly agents: ClientFigures;
  readonly readers: ClientFigures;
  readonly lost: readonly string[];
  readonly duplicates: readonly string[];
  readonly truths: readonly TruthTime[];
  readonly beside: Beside;
}

export interface ClientFigures {
  readonly answered: number;
  readonly refused: number;
  readonly logouts: readonly string[];
  readonly errors: readonly string[];
  /** Of one request that was answered in the end. */
  readonly longestMs: number;
}

export function rowOf(
  fault: string,
  attempts: readonly Attempt[],
  reports: Comparison,
  truths: readonly TruthTime[],
  beside: Beside,
): Row {
  const [agents, readers] = (["agent", "reader"] as const).map((client) =>
    figuresOf(attempts.filter((attempt) => attempt.client === client)),
  ) as [ClientFigures, ClientFigures];
  return { fault, agents, readers, ...reports, truths, beside };
}

function figuresOf(attempts: readonly Attempt[]): ClientFigures {
  const of = (outcome: Attempt["outcome"]) => attempts.filter((attempt) => attempt.outcome === outcome);
  const told = (one: Attempt) => `${one.name} after ${Math.round(one.tookMs)} ms: ${one.problem ?? "no reason known"}`;
  return {
    answered: of("answered").length,
    refused: of("refused").length,
    logouts: of("logged out").map(told),
    errors: of("failed").map(told),
    longestMs: Math.max(0, ...of("answered").map((attempt) => attempt.tookMs)),
  };
}
