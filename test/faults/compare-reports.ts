/** One report, by what tells it from all others: whose it is, and its own time in milliseconds since 1970. */
export interface ReportKey {
  readonly machineId: string;
  readonly timeMs: number;
}

export interface Comparison {
  /** Answered 200 and not in the database. */
  readonly lost: readonly string[];
  /** In the database more than once, or under a time at which nothing was sent. */
  readonly duplicates: readonly string[];
}

/**
 * Compares what agents know with what the database holds. A report that was sent and never answered may be stored or
 * not: its agent sends it again.
 */
export function compareReports(
  sent: readonly ReportKey[],
  answered: readonly ReportKey[],
  stored: readonly ReportKey[],
): Comparison {
  const known = new Set(sent.map(textOf));
  const found = new Set<string>();
  const duplicates: string[] = [];
  for (const text of stored.map(textOf)) {
    if (found.has(text) || !known.has(text)) duplicates.push(text);
    found.add(text);
  }
  return { lost: answered.map(textOf).filter((text) => !found.has(text)), duplicates };
}

function textOf({ machineId, timeMs }: ReportKey): string {
  return `${machineId} at ${new Date(timeMs).toISOString()}`;
}
