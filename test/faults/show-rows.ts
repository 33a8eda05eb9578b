import type { ClientFigures, ProbedPair, Row } from "./row.js";

/** A row as it is printed: what was measured, and which bounds it broke. */
export interface JudgedRow {
  /** Which cluster: `sqlite, haproxy`. */
  readonly where: string;
  readonly row: Row;
  readonly broken: readonly string[];
}

const HEADER = [
  "fault",
  "client errors",
  "lost",
  "duplicates",
  "logouts",
  "longest stall (agents, readers)",
  "time until the truth is told",
  "",
];

/** The table, one line per fault, and under it what was broken. A row that was not run says so. */
export function showRows(rows: readonly JudgedRow[], notRun: readonly { fault: string; why: string }[] = []): string {
  const cells = [
    HEADER,
    ...rows.map(cellsOf),
    ...notRun.map(({ fault, why }) => [fault, `NOT RUN: ${why}`, "", "", "", "", "", ""]),
  ];
  const widths = HEADER.map((_, column) => Math.max(...cells.map((line) => widthOf(line, column))));
  const lines = cells.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const details = rows.flatMap(({ where, row, broken }) => broken.map((what) => `${row.fault} (${where}): ${what}`));
  return [lines[0], "-".repeat(lines[0]?.length ?? 0), ...lines.slice(1), ...details].join("\n");
}

/** The reason why a row was not run may run on over the columns that it leaves empty. */
function widthOf(line: readonly string[], column: number): number {
  return line[column]?.startsWith("NOT RUN") ? 0 : (line[column]?.length ?? 0);
}

function cellsOf({ where, row, broken }: JudgedRow): string[] {
  const { agents, readers } = row;
  const probes = row.beside.probes === undefined ? "" : `; ${showProbes(row.beside.probes)}`;
  return [
    `${row.fault} (${where})`,
    `${errorsOf(agents)} agents, ${errorsOf(readers)} readers`,
    String(row.lost.length),
    String(row.duplicates.length),
    String(agents.logouts.length + readers.logouts.length),
    `${seconds(agents.longestMs)}, ${seconds(readers.longestMs)}`,
    row.truths.map(({ what, tookMs }) => `${what}: ${tookMs === null ? "never" : seconds(tookMs)}`).join("; ") + probes,
    broken.length === 0 ? "ok" : "BROKEN",
  ];
}

function errorsOf({ errors, refused }: ClientFigures): string {
  return refused === 0 ? String(errors.length) : `${errors.length} (and ${refused} times 503)`;
}

function showProbes({ nodes, bare }: ProbedPair): string {
  const pair = (times: ProbedPair["nodes"]) =>
    `${Math.max(...Object.values(times.mediansMs)).toFixed(1)} / ${times.p999Ms.toFixed(1)} ms`;
  return `probes ${pair(nodes)}, bare server ${pair(bare)}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
